internal import CLibrary
internal import CPlatform

/// A lock file that is open for writing; it closes itself, which gives its kernel locks back.
///
/// All that is done through it is done to this one file: if another takes its place at the path,
/// only an orphan is touched. While it is open its inode number cannot come back.
struct OpenLockFile: ~Copyable {
  private let descriptor: Int32
  private let path: String
  /// Which file it is.
  let identity: FileIdentity
  /// Its modification time when it was opened.
  let modifiedNanoseconds: Int64

  /// What a lock file holds while it is ours.
  static var ownMark: [UInt8] { Array("\(getpid())\n".utf8) }

  /// Opens the file at `path` as it is, without following a link or waiting for anything.
  init(path: String) throws(SystemError) {
    try self.init(path: path, flags: 0)
  }

  /// Makes a new file at `path`, open to nobody but its owner.
  init(creatingAt path: String) throws(SystemError) {
    try self.init(path: path, flags: O_CREAT | O_EXCL)
    DirectoryOwner.adopt(descriptor, at: path)
  }

  private init(path: String, flags: Int32) throws(SystemError) {
    let always = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    let opened = open(path, always | flags, 0o600)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    var facts = platform_file_facts()
    let code = -platform_stat_open(opened, &facts)
    let isOrdinary = facts.mode & UInt32(S_IFMT) == UInt32(S_IFREG) && facts.links == 1
    guard code == 0, isOrdinary else {
      close(opened)
      throw SystemError(code: code == 0 ? EINVAL : code, attempt: "open", path: path)
    }
    descriptor = opened
    self.path = path
    identity = FileIdentity(facts)
    modifiedNanoseconds = facts.modified_ns
  }

  deinit {
    close(descriptor)
  }

  /// Takes both kinds of kernel lock without waiting; a `false` means that somebody has one.
  func lock() -> Bool {
    flock(descriptor, LOCK_EX | LOCK_NB) == 0 && platform_lock_description(descriptor) == 0
  }

  /// Whether it is still the file at a path.
  func isFile(at path: String) -> Bool {
    var facts = platform_file_facts()
    return platform_stat(AT_FDCWD, path, &facts) == 0 && FileIdentity(facts) == identity
  }

  /// Whether another process has it open at this moment, seen or not.
  var isOpenElsewhere: Bool {
    if let watch = OpenerWatch.begin(descriptor, identity, usesLease: true) {
      _ = consume watch
      return false
    }
    return true
  }

  /// What came of an attempt to take the file away.
  enum Removal {
    case done
    /// Another process has it open, or is just opening it; it is where it was.
    case isOpen
    /// It is no longer the file at that path.
    case isGone
  }

  /// Takes the file away from its path unless another process has it open.
  ///
  /// Whoever has looked the path up and then opens the file would lock one without a name. So it goes
  /// under another name first, and comes back if somebody opens it. Who comes later than that, or finds
  /// another file in its place, gets one that we have locked: for as long as he has it open we keep it
  /// so, and he is refused, as by the next holder.
  ///
  /// - Parameters:
  ///   - path: Where it lies.
  ///   - linger: For how long somebody may still come who looked the path up before.
  ///   - usesLease: Whether a lease tells of those who open it, where the system has them; otherwise
  ///     all processes are looked at.
  /// - Returns: what came of it.
  /// - Throws: why the system did not let us.
  func remove(
    from path: String,
    linger: Duration,
    usesLease: Bool = true
  ) throws(SystemError) -> Removal {
    guard isFile(at: path) else { return .isGone }
    guard let outcome = try move(away: path, linger: linger, usesLease: usesLease) else {
      waitForOpeners(usesLease: usesLease)
      return .done
    }
    return outcome
  }

  /// What came of it; `nil` where it is gone from its path and somebody has it open.
  private func move(
    away path: String,
    linger: Duration,
    usesLease: Bool
  ) throws(SystemError) -> Removal? {
    guard let watch = OpenerWatch.begin(descriptor, identity, usesLease: usesLease) else {
      return .isOpen
    }
    let aside = PathText(path).parent + "/" + FileReplacementDraft.uniqueName()
    let code = -platform_rename_exclusively(path, aside)
    guard code == 0 else { throw SystemError(code: code, attempt: "remove", path: path) }
    guard isFile(at: aside) else {
      // Somebody replaced it since the look above: what was moved is his, and goes back at once.
      _ = platform_rename_exclusively(aside, path)
      return .isGone
    }
    platform_wait_ns(Self.openingTime)
    if watch.seesOpener, platform_rename_exclusively(aside, path) == 0 { return .isOpen }
    unlink(aside)
    SystemClock.wait(linger)
    return watch.seesOpener ? nil : .done
  }

  /// Keeps the file locked until nobody else has it open, longer than a worker waits for a lock.
  private func waitForOpeners(usesLease: Bool) {
    let deadline = ContinuousClock.now + Self.lateTimeout
    while ContinuousClock.now < deadline {
      if let watch = OpenerWatch.begin(descriptor, identity, usesLease: usesLease) {
        _ = consume watch
        return
      }
      poll(nil, 0, 10)
    }
  }

  /// The kernel mostly takes no longer from the look-up of a path to the opening of the file, in
  /// nanoseconds.
  private static let openingTime: Int64 = 100_000

  /// Workers wait half a minute for a lock that somebody has.
  private static let lateTimeout = Duration.seconds(35)

  /// Whether it holds these bytes and no more.
  func holds(_ bytes: [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: bytes.count + 1)
    var got = pread(descriptor, &buffer, buffer.count, 0)
    while got < 0, errno == EINTR { got = pread(descriptor, &buffer, buffer.count, 0) }
    return got == bytes.count && buffer.prefix(got).elementsEqual(bytes)
  }

  /// Makes `bytes` its whole content.
  ///
  /// Blanks take the place of what was longer until it is cut off: killed in between, we leave a
  /// process id that can be read, and not one with the end of another behind it.
  ///
  /// With `keeping` its modification time becomes that and not now: its age is then what it was.
  func write(_ bytes: [UInt8], keeping modified: Int64? = nil) throws(SystemError) {
    if !bytes.isEmpty { try overwrite(bytes) }
    guard ftruncate(descriptor, off_t(bytes.count)) == 0 else {
      throw SystemError(code: errno, attempt: "write", path: path)
    }
    if let modified {
      let outcome = platform_set_modified_ns(descriptor, modified)
      guard outcome == 0 else {
        throw SystemError(code: -outcome, attempt: "set the time of", path: path)
      }
    }
  }

  private func overwrite(_ bytes: [UInt8]) throws(SystemError) {
    var facts = platform_file_facts()
    let size = platform_stat_open(descriptor, &facts) == 0 ? Int(facts.size) : 0
    let blanks = [UInt8](repeating: UInt8(ascii: "\n"), count: max(size - bytes.count, 0))
    var rest = (bytes + blanks)[...]
    while !rest.isEmpty {
      let step = rest.withUnsafeBytes { buffer in
        pwrite(descriptor, buffer.baseAddress, buffer.count, off_t(rest.startIndex))
      }
      if step < 0, errno == EINTR { continue }
      guard step > 0 else {
        throw SystemError(code: step < 0 ? errno : ENOSPC, attempt: "write", path: path)
      }
      rest = rest.dropFirst(step)
    }
  }
}

extension FileIdentity {
  /// The identity of a file by what the system says of it.
  init(_ facts: platform_file_facts) {
    self.init(
      device: facts.device,
      inode: facts.inode,
      birthNanoseconds: facts.has_birth ? facts.birth_ns : nil
    )
  }
}

/// Tells whether another process has a file open that we have open and locked.
///
/// A lease tells, and makes those wait who open the file. Where there is none, all processes are looked
/// at, and our locks alone keep others out.
private struct OpenerWatch: ~Copyable {
  private let identity: FileIdentity
  private let lease: FileLease?

  /// Begins to watch; `nil` where somebody has it open already.
  static func begin(_ descriptor: Int32, _ identity: FileIdentity, usesLease: Bool) -> OpenerWatch?
  {
    switch usesLease ? FileLease.take(on: descriptor) : .unavailable {
    case .taken(let lease): return OpenerWatch(identity: identity, lease: lease)
    case .openElsewhere: return nil
    case .unavailable:
      let watch = OpenerWatch(identity: identity, lease: nil)
      guard !watch.seesOpener else { return nil }
      return consume watch
    }
  }

  /// Whether somebody has opened it, or is just opening it.
  var seesOpener: Bool {
    switch lease {
    case .some(let lease): return lease.isWanted
    case nil: break
    }
    var table = ProcessTable()
    let question = ProcessQuestion(file: identity, pattern: WorkerPattern(texts: []))
    return table.survey(question).openers.contains {
      $0.mode != .looking && !$0.process.isOurProgram
    }
  }
}
