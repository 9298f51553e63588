internal import CLibrary
internal import CPlatform

/// How a list's file is shared with programs that lock the file itself, beside the worker's lock.
package struct DataFileSharing {
  let settings: EngineSettings
  let list: ListFile
  /// How long others are waited for.
  let waiting: LockWait

  private var state: StateDirectory { StateDirectory(settings: settings) }
  private var marker: String { state.path(of: "locked-\(list.rawValue)") }

  /// Whether anybody's lock on the file was ever seen.
  ///
  /// Whoever waits for a lock on a file that is replaced gets it on the old one, and works on that:
  /// such a file is written where it stands.
  var isLockedByOthers: Bool { access(marker, F_OK) == 0 }

  /// Makes a directory's state say that somebody locks a list's file itself.
  package static func markLocked(_ list: ListFile, settings: EngineSettings) throws {
    try DataFileSharing(settings: settings, list: list, waiting: LockWait()).remember()
  }

  /// Remembers that somebody locks the file itself.
  func remember() throws(SystemError) {
    // Our own state is ours, whosever the file is.
    let user = FileUser(ofFileAt: settings.path(of: list.file))
    user.leave()
    defer { user.enter() }
    try state.create()
    _ = try WholeFile.create([], at: marker)
  }
}

/// Our locks on a list's file itself, of both kinds, from before it is read until it has changed.
struct DataFileLock: ~Copyable {
  /// Who else uses the file.
  enum Use {
    case nobody
    /// Somebody has it open for writing: who, for a person.
    case writer(String)
    /// Somebody waits for a lock on it.
    case locker
  }

  private static let pause: Int32 = 20

  /// The file, open; -1 where no locks were asked for.
  let descriptor: Int32
  /// Whether it may be written through the descriptor.
  let isWritable: Bool
  private let path: String

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  private init(descriptor: Int32, isWritable: Bool, path: String) {
    (self.descriptor, self.isWritable, self.path) = (descriptor, isWritable, path)
  }

  /// Takes both locks on a file, and waits for who has one; refuses then, and names them.
  static func take(
    on target: borrowing FileReplacementTarget,
    _ sharing: DataFileSharing?
  ) throws(FileReplacementError) -> DataFileLock {
    guard let sharing else {
      return DataFileLock(descriptor: -1, isWritable: false, path: target.path)
    }
    let flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var opened = open(target.path, O_RDWR | flags)
    let isWritable = opened >= 0
    if opened < 0 { opened = open(target.path, O_RDONLY | flags) }
    guard opened >= 0 else {
      let error = SystemError(code: errno, attempt: "open", path: target.path)
      throw FileReplacementError(error, file: target.shownName)
    }
    let lock = DataFileLock(descriptor: opened, isWritable: isWritable, path: target.path)
    let deadline = ContinuousClock.now + sharing.waiting.timeout
    while !lock.attempt() {
      do throws(SystemError) {
        try sharing.remember()
      } catch {
        throw .unrecorded(file: target.shownName, error)
      }
      try lock.wait(until: deadline, for: "has it locked", target.shownName, sharing.waiting)
    }
    return lock
  }

  /// Who else uses the file now; a process that we may not inspect is not seen.
  func look() -> Use {
    guard descriptor >= 0 else { return .nobody }
    var table = ProcessTable()
    let (locks, openers) = uses(&table)
    // Who waits for our lock has the file open, and does nothing to it.
    let idle = Set(locks.filter(\.isWaiting).compactMap(\.pid) + [getpid()])
    let writers = openers.filter { $0.mode == .writing && !idle.contains($0.process.process.pid) }
    if let writer = writers.first {
      return .writer(writer.process.process.label())
    }
    // One lock of each kind is ours.
    let others = locks.count { $0.isWaiting || $0.kind == "POSIX" }
    return others > 0 || locks.count > 2 ? .locker : .nobody
  }

  private func attempt() -> Bool {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return false }
    guard isWritable else { return true }
    let outcome = platform_lock_description(descriptor)
    if outcome == 0 || (outcome != -EAGAIN && outcome != -EACCES) { return true }
    flock(descriptor, LOCK_UN)
    return false
  }

  /// Waits a moment for who uses the file; refuses once that has taken too long.
  func wait(
    until deadline: ContinuousClock.Instant,
    for use: String,
    _ file: String,
    _ waiting: LockWait
  ) throws(FileReplacementError) {
    do throws(ActionError) {
      try waiting.tell { "\(file): \(who()) \(use)" }
    } catch {
      throw .cancelled(error.description)
    }
    if ContinuousClock.now >= deadline { throw .inUse(file: file, who: who(), use: use) }
    poll(nil, 0, Self.pause)
  }

  /// Who has a lock on the file or has it open, for a person.
  private func who() -> String {
    var table = ProcessTable()
    let (locks, openers) = uses(&table)
    let own = getpid()
    let others = openers.filter { $0.process.process.pid != own }
    let opener = others.first(where: \.hasLock) ?? others.first { $0.mode == .writing }
    if let opener = opener ?? others.first { return opener.process.process.label() }
    if let pid = locks.compactMap(\.pid).first(where: { $0 != own }) { return "pid \(pid)" }
    return "another process"
  }

  private func uses(_ table: inout ProcessTable) -> ([KernelLock], [FileOpener]) {
    var facts = platform_file_facts()
    guard platform_stat_open(descriptor, &facts) == 0 else { return ([], []) }
    let file = FileIdentity(facts)
    let system = FileSystemFacts.current(descriptor: descriptor, mount: facts.mount, &table)
    let locks = table.kernelLocks(
      on: file,
      path: path,
      matchesAnyDevice: system.hasAnonymousDevices
    )
    let question = ProcessQuestion(file: file, pattern: WorkerPattern(texts: []))
    return (locks, table.survey(question).openers)
  }
}
