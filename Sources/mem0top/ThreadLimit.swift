internal import QueueEngine

/// The threads without which no command can wait for anything, a server say.
///
/// The runtime tries for ever to start a thread that it does not get, and the network's ends the
/// process by a trap. So they are tried before; commands that wait for nothing do without any.
enum ThreadLimit {
  /// What every command is served with: `sync`, the greediest, had 8 on two processors.
  private static let least: Int32 = 12

  /// Goes on where the threads can be had, else throws the sentence that says how.
  static func check() throws(CommandFailure) {
    if let refusal { throw .system(refusal + ".") }
  }

  /// Why they cannot be had and what to do, one sentence without its full stop; `nil` where they can.
  static var refusal: String? {
    ThreadSupply.objection(to: least).map { reason in
      "This process cannot start the \(least) threads that mem0top needs (\(reason)); raise the limit"
        + " on processes (\"ulimit -u\") or on memory (\"ulimit -v\", \"ulimit -d\")"
    }
  }
}
