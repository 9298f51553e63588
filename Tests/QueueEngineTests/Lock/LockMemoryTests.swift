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
  ) -> LockMemory? {
    var evidence = LockSamples.evidence(second)
    evidence.memory = LockMemory.learning(from: LockSamples.evidence(first), now: LockSamples.now)
    change(&evidence)
    return LockMemory.learning(from: evidence, now: LockSamples.now)
  }

  /// A heartbeat moves the time of an O_EXCL lock, too.
  @Test func aModificationTimeTeachesNothing() {
    #expect(learned(Self.old, Self.new)?.isUsedWithFlock == false)
    #expect(learned(Self.old, Self.old)?.isUsedWithFlock == false)
    #expect(
      learned(LockSamples.file("7", age: .seconds(700)), LockSamples.file("42", age: .zero))?
        .isUsedWithFlock == false
    )
  }

  private static let flocked = KernelLock(kind: "FLOCK", pid: 8)

  private static func locker(_ pid: Int32 = 8, isOurProgram: Bool = false) -> FileOpener {
    let process = LockSamples.process(pid, isOurProgram: isOurProgram)
    return FileOpener(process: process, mode: .writing, hasLock: true)
  }

  @Test func somebodyElsesFlockTeaches() {
    let taught: (FileOpener, [KernelLock]) -> Bool? = { locker, locks in
      learned(Self.old, Self.old) { ($0.kernelLocks, $0.openers) = (locks, [locker]) }?
        .isUsedWithFlock
    }
    #expect(taught(Self.locker(), [Self.flocked]) == true)
    #expect(taught(Self.locker(isOurProgram: true), [Self.flocked]) == false)
    var waiting = Self.flocked
    waiting.isWaiting = true
    #expect(taught(Self.locker(), [waiting]) == false)
    // Nobody but this program takes both kinds, whatever its file is called.
    let both = [Self.flocked, KernelLock(kind: "OFDLCK", pid: nil)]
    #expect(taught(Self.locker(), both) == false)
    // A fork or any close drops a POSIX lock: that it is gone says nothing.
    #expect(taught(Self.locker(), [KernelLock(kind: "POSIX", pid: 8)]) == false)
    #expect(taught(Self.locker(), [both[1]]) == false)
  }

  @Test func anotherFileIsAnotherStory() {
    let flock: (inout LockEvidence) -> Void = {
      ($0.kernelLocks, $0.openers) = ([Self.flocked], [Self.locker()])
    }
    var evidence = LockSamples.evidence(Self.old)
    flock(&evidence)
    let memory = LockMemory.learning(from: evidence, now: LockSamples.now)
    #expect(memory?.flockers == [LockSamples.host.mark(of: LockSamples.process(8))])
    for file in [
      LockSamples.file(age: .seconds(1), inode: 6), LockSamples.file(age: .seconds(1), birth: 2),
    ] {
      var next = LockSamples.evidence(file)
      next.memory = memory
      #expect(LockMemory.learning(from: next, now: LockSamples.now)?.isUsedWithFlock == false)
    }
  }

  /// The open files of a dying process are gone before its locks are.
  @Test func aKernelLockOfNobodyWhomWeSeeTeachesNothing() {
    let file = LockSamples.file("8", age: .seconds(2))
    #expect(learned(file, file) { $0.kernelLocks = [Self.flocked] }?.isUsedWithFlock == false)
    let reading = FileOpener(process: LockSamples.process(9), mode: .reading, hasLock: false)
    let seen = learned(file, file) {
      $0.kernelLocks = [Self.flocked]
      $0.openers = [reading]
    }
    #expect(seen?.isUsedWithFlock == false)
  }

  /// Looks at a lock that comes and goes, with work in the log where there is any.
  private func comings(_ times: Int, isOurs: Bool = false, works: Bool = true) -> LockMemory? {
    var memory: LockMemory?
    for number in 0..<times {
      let begin = LockSamples.now + .seconds(number * 600)
      for isThere in [true, false] {
        let file = isThere ? LockSamples.file("42", age: .zero, birth: Int64(number)) : nil
        var evidence = LockSamples.evidence(file)
        evidence.recordedProcess = LockSamples.process(42, isOurProgram: isOurs)
        let work = isThere || !works ? LockSamples.now - .seconds(600) : begin
        evidence.history = LockSamples.history(work: work + .seconds(isThere ? number * 600 : 0))
        evidence.memory = memory
        memory = LockMemory.learning(from: evidence, now: begin)
      }
    }
    return memory
  }

  @Test func aFileThatComesAndGoesThreeTimesIsAPidfile() {
    #expect(comings(2)?.comings.isPidfileProof == false)
    #expect(comings(3)?.comings.isPidfileProof == true)
    #expect(comings(5, isOurs: true)?.comings.isPidfileProof == false)
    var evidence = LockSamples.evidence(Self.new)
    evidence.memory = comings(3)
    #expect(evidence.style(choice: .auto) == .pidfile)
  }

  @Test func descendantsOfTheOwnerAreRememberedWhileItsNumberIsInTheFile() throws {
    let file = LockSamples.file("42", age: .seconds(20))
    var evidence = LockSamples.evidence(file)
    evidence.recordedProcess = LockSamples.process(42)
    let child = ProcessMark(bootID: "boot-2", pid: 43, startTicks: 600)
    evidence.descendants = [child]
    let memory = try #require(LockMemory.learning(from: evidence, now: LockSamples.now))
    #expect(memory.owner?.pid == 42)
    #expect(memory.descendants == [child])
    var later = LockSamples.evidence(LockSamples.file("77", age: .seconds(5)))
    later.memory = memory
    #expect(LockMemory.learning(from: later, now: LockSamples.now)?.descendants == [])
  }

  @Test func itSurvivesWithoutTheFile() {
    var evidence = LockSamples.evidence(nil)
    evidence.memory = LockSamples.memory(Self.old, flock: true)
    #expect(LockMemory.learning(from: evidence, now: LockSamples.now) == evidence.memory)
  }

  @Test func onlySleepSinceTheSightingIsKnown() {
    var host = LockSamples.host
    host.suspended = .seconds(40)
    let memory = LockMemory(file: Self.old, host: host, now: LockSamples.now)
    #expect(memory.sleep(until: host) == .zero)
    host.suspended = .seconds(100)
    #expect(memory.sleep(until: host) == .seconds(60))
    host.bootID = "boot-3"
    #expect(memory.sleep(until: host) == .seconds(100))
  }

  @Test func itIsSavedForOurEyesOnly() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(root: directory.path("a/b"), watching: directory.path)
    #expect(state.lockMemory.load() == nil)
    for birth in [nil, Int64(-5), 1_700_000_000_123_456_789] {
      var memory = LockSamples.memory(
        LockSamples.file("42", age: .zero, birth: birth),
        flock: true,
        owner: .init(bootID: "b", pid: 42, startTicks: 9)
      )
      memory.sighting.suspended = .seconds(7)
      memory.descendants = [.init(bootID: "b", pid: 43, startTicks: 10)]
      memory.flockers = [.init(bootID: "b", pid: 44, startTicks: 11)]
      memory.comings.count = 2
      memory.comings.present = .init(identity: memory.identity, isOurs: true, work: LockSamples.now)
      try state.lockMemory.save(memory.text)
      #expect(state.lockMemory.load().flatMap(LockMemory.init(text:)) == memory)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: state.path)
    #expect(names == ["lock.memory"])
    #expect(try mode(of: state.path) == 0o700)
    #expect(try mode(of: state.path(of: "lock.memory")) == 0o600)
  }

  @Test func aDamagedMemoryIsNone() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(root: directory.path("state"), watching: directory.path)
    try state.create()
    let read: ([UInt8]) throws -> LockMemory? = { bytes in
      try Data(bytes).write(to: URL(filePath: state.path(of: "lock.memory")))
      return state.lockMemory.load().flatMap(LockMemory.init(text:))
    }
    let bytes = Array(LockSamples.memory(Self.old, flock: true).text.utf8)
    #expect(try read(bytes)?.isUsedWithFlock == true)
    for length in 0..<(bytes.count - 1) {
      #expect(try read(Array(bytes.prefix(length))) == nil, "\(length) bytes")
    }
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] = 0xFF
      #expect(try read(damaged) == nil, "byte \(index)")
    }
  }

  private func mode(of path: String) throws -> Int? {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue
  }
}
