@testable import QueueEngine

/// Evidence made by hand: a machine that booted a day ago and an ordinary lock file.
enum LockSamples {
  static let now = Timestamp(1_800_000_000)
  static let settings = EngineSettings(directory: "/d", stateDirectory: "/s")

  static let host = HostFacts(
    bootID: "boot-2",
    bootedAt: now - .seconds(86_400),
    hostName: "box",
    user: 1000,
    ownPID: 77
  )

  /// A lock file that was written `age` before now.
  static func file(_ text: String = "", age: Duration, inode: UInt64 = 5, birth: Int64? = 1)
    -> LockFileFacts
  {
    LockFileFacts(
      identity: FileIdentity(device: 1, inode: inode, birthNanoseconds: birth),
      kind: .regular,
      size: text.utf8.count,
      modifiedNanoseconds: nanoseconds(now - age),
      owner: host.user,
      links: 1,
      bytes: Array(text.utf8)
    )
  }

  static func nanoseconds(_ moment: Timestamp) -> Int64 {
    Int64(moment.secondsSinceEpoch * 1000) * 1_000_000
  }

  static func evidence(_ file: LockFileFacts?) -> LockEvidence {
    var evidence = LockEvidence(host: host)
    evidence.file = file
    evidence.recorded = RecordedPID(
      bytes: file?.bytes ?? [],
      hostName: host.hostName,
      largest: host.largestPID,
      isAlive: { _ in true }
    )
    return evidence
  }

  static func process(
    _ pid: Int32,
    started age: Duration = .seconds(30),
    isWorker: Bool = false,
    isOurProgram: Bool = false,
    ticks: UInt64 = 500
  ) -> ProcessFacts {
    ProcessFacts(
      process: RunningProcess(pid: pid, command: "program \(pid)", startedAt: now - age),
      startTicks: ticks,
      isWorker: isWorker,
      isOurProgram: isOurProgram
    )
  }

  /// What a log says whose lines stand in the order of their moments.
  static func history(
    work: Timestamp? = nil,
    end: Timestamp? = nil,
    refusal: Timestamp? = nil
  ) -> RunHistory {
    var history = RunHistory()
    let place: (Timestamp) -> Int = { Int($0.secondsSinceEpoch * 10) }
    let worked = [work, end].compactMap { $0 }.max().map { LogMoment($0, place: place($0)) }
    (history.lastWork, history.lastProgress) = (worked, worked)
    history.lastEnd = end.map { LogMoment($0, place: place($0)) }
    history.lastRefusal = refusal.map { LogMoment($0, place: place($0) + 1) }
    return history
  }

  /// A memory of the file that says how it is used.
  static func memory(_ file: LockFileFacts, flock: Bool = false, owner: ProcessMark? = nil)
    -> LockMemory
  {
    var memory = LockMemory(file: file, host: host, now: now)
    memory.isUsedWithFlock = flock
    memory.owner = owner
    return memory
  }
}
