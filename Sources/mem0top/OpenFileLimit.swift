internal import CLibrary
internal import QueueEngine

/// The limit on open files, which has to leave room for what the program cannot do without.
///
/// The runtime opens event queues of its own when the program first waits, and the network's opens
/// more; both end the process by a trap where they get none. So the limit is looked at before.
enum OpenFileLimit {
  /// What every command is served with, a server included: at most 15 were in use.
  private static let least: rlim_t = 32

  /// Raises the limit where it is too low, or says that it is.
  static func makeRoom() throws(CommandFailure) {
    var limit = rlimit()
    guard ask(&limit) == 0, limit.rlim_cur < least else { return }
    let found = limit.rlim_cur
    limit.rlim_cur = least
    guard limit.rlim_max >= least, set(&limit) == 0 else {
      throw .system(
        "This process may open only \(found) files, and mem0top needs \(least); raise the limit with"
          + " \"ulimit -n \(least)\"."
      )
    }
  }

  private static func ask(_ limit: inout rlimit) -> Int32 {
    getrlimit(CLibrary.openFileLimit, &limit)
  }

  private static func set(_ limit: inout rlimit) -> Int32 {
    setrlimit(CLibrary.openFileLimit, &limit)
  }
}
