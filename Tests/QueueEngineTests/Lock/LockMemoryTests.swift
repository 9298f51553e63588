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

  private static let flocked = KernelLock(kind: "FLOCK", pid: 8)

  private static func locker(_ pid: Int32 = 8, isOurProgram: Bool = false) -> FileOpener {
    let process = LockSamples.process(pid, isOurProgram: isOurProgram)
    return FileOpener(process: process, mode: .writing, hasLock: true)
  }

  @Test func aKernelLockTeachesUnlessItIsOurOwn() {
    let taught: (FileOpener, [KernelLock]) -> Bool? = { locker, locks in
      learned(Self.old, Self.old) { ($0.kernelLocks, $0.openers) = (locks, [locker]) }
    }
    #expect(taught(Self.locker(), [Self.flocked]) == true)
    #expect(taught(Self.locker(isOurProgram: true), [Self.flocked]) == false)
    var waiting = Self.flocked
    waiting.isWaiting = true
    #expect(taught(Self.locker(), [waiting]) == false)
    // Nobody but this program takes both kinds, whatever its file is called.
    let both = [Self.flocked, KernelLock(kind: "OFDLCK", pid: nil)]
    #expect(taught(Self.locker(), both) == false)
    #expect(taught(Self.locker(), [both[1]]) == true)
  }

  /// The open files of a dying process are gone before its locks are.
  @Test func aKernelLockOfNobodyWhomWeSeeTeachesNothing() {
    let file = LockSamples.file("8", age: .seconds(2))
    #expect(learned(file, file) { $0.kernelLocks = [Self.flocked] } == false)
    let looking = FileOpener(process: LockSamples.process(9), mode: .looking, hasLock: false)
    let seen = learned(file, file) {
      $0.kernelLocks = [Self.flocked]
      $0.openers = [looking]
    }
    #expect(seen == false)
  }

  /// What is left of the belief that a file of this text, 100 s old, is left in place on purpose.
  private func kept(_ text: String = "42", _ change: (inout LockEvidence) -> Void) -> Bool? {
    let file = LockSamples.file(text, age: .seconds(100))
    var evidence = LockSamples.evidence(file)
    // It was learned when the file was older: what came since then must not teach it anew.
    evidence.memory = LockSamples.memory(
      LockSamples.file("7", age: .seconds(700)),
      flock: true
    )
    change(&evidence)
    return LockMemory.learning(from: evidence)?.isUsedWithFlock
  }

  @Test func aFileThatShutsSomebodyOutIsNotLeftOnPurpose() {
    let refusal = LockSamples.now - .seconds(50)
    #expect(kept { $0.lastRefusal = refusal } == false)
    #expect(kept { _ in } == true)
    #expect(kept { $0.lastRefusal = refusal - .seconds(51) } == true)
    #expect(kept("") { $0.lastRefusal = refusal } == true)
    let changes: [(inout LockEvidence) -> Void] = [
      { $0.recordedProcess = LockSamples.process(42) },
      { $0.kernelLocks = [Self.flocked] },
      { $0.openers = [Self.locker()] },
      { $0.namesakes = [RunningProcess(pid: 900, command: "w")] },
      { $0.lastSeenHeld = refusal },
    ]
    for (index, change) in changes.enumerated() {
      let isKept = kept {
        $0.lastRefusal = refusal
        change(&$0)
      }
      #expect(isKept == true, "change \(index)")
    }
    let later = kept {
      $0.lastRefusal = refusal
      $0.lastSeenHeld = refusal - .seconds(1)
    }
    #expect(later == false)
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
