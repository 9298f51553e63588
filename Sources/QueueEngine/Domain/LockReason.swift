/// Why a lock is stale or cannot be judged; the raw value is its name in JSON.
///
/// A new reason is a case here, its row below, and the rule in `LockVerdict` that gives it.
public enum LockReason: String, Codable, Sendable, CaseIterable {
  /// The recorded process does not run.
  case deadPID = "dead_pid"
  /// The recorded number belongs to a process that started after the lock was written.
  case reusedPID = "reused_pid"
  /// The lock was written before the machine booted.
  case previousBoot = "previous_boot"
  /// No process is recorded, nobody has it, no worker runs, and it is old.
  case orphan
  /// The recorded process runs on another machine.
  case foreignHost = "foreign_host"
  /// The lock file belongs to another user.
  case foreignOwner = "foreign_owner"
  /// Not a regular file with one link and at most 4 KiB.
  case notRegular = "not_regular"
  /// The lock file may not be read.
  case unreadable
  /// What the lock file holds is not a process id.
  case badPID = "bad_pid"
  /// The lock file was modified in the future.
  case futureModification = "future_mtime"
  /// A worker runs that may own it.
  case workerRunning = "worker_running"
  /// Its processes live in another PID namespace and cannot be seen.
  case otherNamespace = "other_namespace"
  /// The system hides the processes of other users from us (`hidepid`), so that nothing proves that none works.
  case hiddenProcesses = "hidden_processes"
  /// It lies on a network file system, whose locks cannot be seen.
  case networkFileSystem = "network_fs"
  /// The clock was set since the lock was written, so that starts and boots prove nothing.
  case clockStep = "clock_step"
}

/// The words for a reason, without full stops.
public struct LockReasonRow: Sendable, Hashable {
  /// What is proven, or what prevents a verdict.
  public let sentence: String
  /// The same where a panel has little room.
  public let short: String
  /// What to do next.
  public let nextStep: String

  fileprivate init(_ sentence: String, _ short: String, next nextStep: String) {
    self.sentence = sentence
    self.short = short
    self.nextStep = nextStep
  }
}

extension LockReason {
  /// The words for it, with the processes that `lock` names.
  public func row(of lock: LockStatus) -> LockReasonRow {
    typealias Row = LockReasonRow
    let pid = lock.pid.map { "pid \($0)" } ?? "its process"
    let owner = lock.possibleOwners.first.map { "pid \($0.pid)" } ?? "that worker"
    let clear = "clear it first (mem0top unlock)"
    let remove = "remove the lock file by hand"
    return switch self {
    case .deadPID: Row("\(pid) has exited", "pid not running; open by nobody", next: clear)
    case .reusedPID:
      Row("\(pid) is another program now", "its pid belongs to another process now", next: clear)
    case .previousBoot:
      Row(
        "it was written before the machine booted",
        "written before the machine booted",
        next: clear
      )
    case .orphan: Row("nobody holds it", "no process recorded; open by nobody", next: clear)
    case .foreignHost:
      Row(
        "its process runs on another machine",
        "its process runs on another machine",
        next: "check there whether it is still running; if not, \(remove)"
      )
    case .foreignOwner:
      Row(
        "the file belongs to another user",
        "the file belongs to another user",
        next: "run mem0top as that user, or let that user remove it"
      )
    case .notRegular:
      Row(
        "it is not a regular file with one link and at most 4 KiB",
        "not a plain file",
        next: "find out what made it, then remove it by hand"
      )
    case .unreadable:
      Row(
        "the file cannot be read",
        "the file cannot be read",
        next: "make it readable for your user"
      )
    case .badPID:
      Row(
        "its content is not a process id",
        "its content is not a process id",
        next: "if the program that wrote it no longer runs, \(remove)"
      )
    case .futureModification:
      Row(
        "its modification time is in the future",
        "its time is in the future",
        next: "correct the clock, or wait until then"
      )
    case .workerRunning:
      Row(
        "a running worker may own it",
        "a running worker may own it",
        next: "end \(owner), then mem0top unlock"
      )
    case .otherNamespace:
      Row(
        "its processes live in another PID namespace",
        "its processes cannot be seen from here",
        next: "run mem0top where the worker runs, or outside the container"
      )
    case .hiddenProcesses:
      Row(
        "the system hides the processes of other users (hidepid), and one of them may have it",
        "other users' processes are hidden",
        next: "run mem0top as root, who sees them (sudo mem0top unlock)"
      )
    case .networkFileSystem:
      Row(
        "it is on a network file system",
        "on a network file system",
        next: "if no worker runs on any machine that shares it, \(remove)"
      )
    case .clockStep:
      Row(
        "the clock was set after it was written, so times prove nothing",
        "the clock was set since it was written",
        next: "if no worker of yours runs, \(remove)"
      )
    }
  }
}

extension LockStatus {
  /// The words for its reason; `nil` where it needs none.
  public var reasonRow: LockReasonRow? { reason.map { $0.row(of: self) } }
}
