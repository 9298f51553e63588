import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What a look teaches about a lock file, and what it must not.
struct LockMemoryTests {
  private static let old = LockSamples.file(age: .seconds(700))
  private static let new = LockSamples.file(age: .seconds(100))

  /// What is known after two looks at the file.
  private func learned(
    _ first: LockFileFacts,
    _ second: LockFileFacts,
    change: (inout LockEvidence) -> Void = { _ in }
  ) -> Bool? {
    var evidence = LockSamples.evidence(second)
    evidence.memory = LockMemory.learning(from: LockSamples.evidence(first))
    change(&evidence)
    return LockMemory.learning(from: evidence)?.isUsedWithFlock
  }

  @Test func aLaterModificationOfTheSameFileTeaches() {
    #expect(learned(Self.old, Self.new) == true)
    #expect(learned(Self.old, Self.old) == false)
  }

  @Test func anotherFileTeachesNothing() {
    #expect(learned(Self.old, LockSamples.file(age: .seconds(1), inode: 6)) == false)
    #expect(learned(Self.old, LockSamples.file(age: .seconds(1), birth: 2)) == false)
  }

  @Test func withoutABirthTimeAModificationTeachesNothing() {
    #expect(
      learned(
        LockSamples.file(age: .seconds(700), birth: nil),
        LockSamples.file(age: .seconds(100), birth: nil)
      ) == false
    )
  }

  /// A process id is written just after its file is created, and may be written again by its owner.
  @Test func aProcessIDFileIsNotTakenForFlock() {
    #expect(learned(Self.old, LockSamples.file("42", age: .seconds(100))) == false)
    let touched = learned(
      LockSamples.file("42", age: .seconds(700)),
      LockSamples.file("42", age: .seconds(100))
    ) { $0.recordedProcess = LockSamples.process(42) }
    #expect(touched == false)
  }

  @Test func aKernelLockTeachesUnlessItIsOurOwn() {
    let lock = KernelLock(kind: "FLOCK", pid: 8)
    #expect(learned(Self.old, Self.old) { $0.kernelLocks = [lock] } == true)
    let ours = learned(Self.old, Self.old) {
      $0.kernelLocks = [lock]
      $0.openers = [
        FileOpener(
          process: LockSamples.process(8, isOurProgram: true),
          mode: .writing,
          hasLock: true
        )
      ]
    }
    #expect(ours == false)
    var waiting = lock
    waiting.isWaiting = true
    #expect(learned(Self.old, Self.old) { $0.kernelLocks = [waiting] } == false)
  }

  @Test func itSurvivesWithoutTheFile() {
    var evidence = LockSamples.evidence(nil)
    evidence.memory = LockSamples.memory(Self.old, flock: true)
    #expect(LockMemory.learning(from: evidence) == evidence.memory)
  }

  @Test func onlySleepSinceTheSightingIsKnown() {
    var host = LockSamples.host
    host.suspended = .seconds(40)
    let memory = LockMemory(file: Self.old, host: host)
    #expect(memory.sleep(until: host) == .zero)
    host.suspended = .seconds(100)
    #expect(memory.sleep(until: host) == .seconds(60))
    host.bootID = "boot-3"
    #expect(memory.sleep(until: host) == .seconds(100))
  }

  @Test func itIsSavedForOurEyesOnly() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(root: directory.path("a/b"), watching: directory.path)
    let file = LockMemoryFile(directory: state)
    #expect(file.load() == nil)
    for birth in [nil, Int64(-5), 1_700_000_000_123_456_789] {
      var memory = LockSamples.memory(
        LockSamples.file("42", age: .zero, birth: birth),
        flock: true,
        owner: .init(bootID: "b", pid: 42, startTicks: 9)
      )
      memory.sighting.suspended = .seconds(7)
      try file.save(memory)
      #expect(file.load() == memory)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: state.path)
    #expect(names == ["lock.memory"])
    #expect(try mode(of: state.path) == 0o700)
    #expect(try mode(of: state.path(of: "lock.memory")) == 0o600)
  }

  @Test func aDamagedMemoryIsNone() {
    let text = LockMemoryFile.text(of: LockSamples.memory(Self.old, flock: true))
    let bytes = Array(text.utf8)
    #expect(LockMemoryFile.memory(in: bytes)?.isUsedWithFlock == true)
    for length in 0..<(bytes.count - 1) {
      #expect(LockMemoryFile.memory(in: Array(bytes.prefix(length))) == nil, "\(length) bytes")
    }
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] = 0xFF
      #expect(LockMemoryFile.memory(in: damaged) == nil, "byte \(index)")
    }
  }

  private func mode(of path: String) throws -> Int? {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue
  }
}
