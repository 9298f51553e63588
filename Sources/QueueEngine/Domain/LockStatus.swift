/// The state of the queue's lock, as the evidence proves it.
public enum LockState: String, Codable, Sendable {
  /// There is no lock file.
  case free
  /// The lock file is left in place by workers that `flock` it, and nobody does: normal.
  case idle
  /// A live owner is proven.
  case held
  /// A live owner is proven, and nothing has moved for longer than `lock.max_hold`.
  case hung
  /// Nobody owns it as far as can be seen, but it is too recent to judge.
  case settling
  /// Nobody owns it: it blocks the queue and may be cleared.
  case stale
  /// It cannot be judged, so nothing may be done about it.
  case unknown
}

/// How workers use the lock file.
public enum LockStyle: String, Codable, Sendable {
  /// Workers `flock` a file that stays in place.
  case flock
  /// Workers create a file that holds their process id, and remove it.
  case pidfile
  /// Neither has been seen yet.
  case undecided
}

/// A running process, as shown to a person.
public struct RunningProcess: Hashable, Codable, Sendable {
  /// The process id.
  public var pid: Int32
  /// The command line with its arguments, scrubbed; empty where it could not be read.
  public var command: String
  /// When it started, where that is known.
  public var startedAt: Timestamp?

  /// Makes a process from what the process table says.
  public init(pid: Int32, command: String, startedAt: Timestamp? = nil) {
    self.pid = pid
    self.command = command
    self.startedAt = startedAt
  }

  /// Its number and what it runs, for a sentence; the number alone where its command line is not known.
  package func label(atMost length: Int = .max) -> String {
    guard !command.isEmpty else { return "pid \(pid)" }
    return "pid \(pid) (\(command.count > length ? command.prefix(length - 1) + "…" : command))"
  }
}

/// What tells one file from all others, also after an unlink and a create under the same name.
///
/// Inode numbers come back at once, so the birth time belongs to the identity where there is one.
public struct FileIdentity: Hashable, Codable, Sendable {
  /// The device's number.
  public var device: UInt64
  /// The inode number.
  public var inode: UInt64
  /// The birth time, in nanoseconds since the Unix epoch; `nil` where the file system has none.
  public var birthNanoseconds: Int64?

  /// Makes an identity.
  public init(device: UInt64, inode: UInt64, birthNanoseconds: Int64?) {
    self.device = device
    self.inode = inode
    self.birthNanoseconds = birthNanoseconds
  }
}

/// The verdict on the lock, and the evidence for it.
public struct LockStatus: Codable, Sendable, Hashable {
  /// The verdict.
  public var state: LockState
  /// Why, for `stale` and `unknown`.
  public var reason: LockReason?
  /// How workers use this lock file, as far as was learned or configured.
  public var style: LockStyle
  /// When the lock file was last modified.
  public var modifiedAt: Timestamp?
  /// When the lock file was first seen as it is now; `nil` where no look before this one is known.
  public var firstSeenAt: Timestamp?
  /// The process id that the lock file holds.
  public var pid: Int32?
  /// The live process that the recorded id belongs to.
  public var process: RunningProcess?
  /// The processes that are proven to hold the lock.
  public var holders: [RunningProcess]
  /// Nothing but the number in the file speaks for the holder of a lock that hangs.
  ///
  /// It has the file neither locked nor open, and is no worker of this directory. It may be an
  /// innocent, so nobody may end it.
  public var isNamedOnly = false
  /// Living processes that may own a lock that cannot be judged because of them.
  public var possibleOwners: [RunningProcess] = []
  /// Workers that run although the lock is stale; a person is asked before it is cleared.
  public var bystanders: [RunningProcess] = []
  /// Holders that a signal or a debugger has stopped.
  public var stopped: [Int32] = []
  /// A run that has ended speaks for a lock that is `settling`: it may be taken as if it were `idle`.
  public var isTakeable = false
  /// It is a file of ours that was left empty because somebody had it open.
  public var isOwnLeftover = false
  /// The facts behind the verdict, one short sentence each.
  public var evidence: [String]
  /// A worker was refused the lock after it was last modified.
  public var refusedSomebody: Bool
  /// When a worker was last refused the lock, as far as the log tells those who followed it.
  public var lastRefusal: Timestamp?
  /// From when on the hold is counted, for `held` and `hung`.
  public var heldSince: Timestamp?
  /// When the holder last got on, as far as was seen, for `held` and `hung`.
  public var progressedAt: Timestamp?
  /// When the verdict changes by the mere passing of time (`settling` to `stale`), if it can.
  public var settlesAt: Timestamp?
  /// Which file was judged; an action refuses to touch another one.
  public var identity: FileIdentity?
  /// The bytes of the lock file that were judged, 4 KiB at most.
  public var bytes: [UInt8]

  /// Makes a verdict; by default there is no lock.
  public init(state: LockState = .free, reason: LockReason? = nil, style: LockStyle = .undecided) {
    self.state = state
    self.reason = reason
    self.style = style
    holders = []
    evidence = []
    refusedSomebody = false
    bytes = []
  }

  /// From when on its age is counted: the hold's beginning where it is held, else the file's last change.
  ///
  /// A file that stays in place is older than any hold of it.
  public var since: Timestamp? { heldSince ?? modifiedAt }

  /// Whether a person is asked before the lock is cleared: nothing but absence speaks for that, or a
  /// worker runs all the same.
  public var clearingNeedsConfirmation: Bool { reason == .orphan || !bystanders.isEmpty }

  /// Whether the lock may be cleared: only if it is proven that nobody holds it.
  public var isClearable: Bool { state == .stale }
}
