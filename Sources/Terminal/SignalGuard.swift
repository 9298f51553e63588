internal import CLibrary
internal import CNcurses

/// The signals: reported to the loop on a pipe, and the terminal's insurance against a crash.
///
/// A handler of ours does one of two things. Signals that the loop can deal with become a byte on a
/// pipe; if the loop has not ended the process one second after it was asked to, an alarm does.
/// Fatal ones restore the terminal on the spot and go on to whatever handled them before.
struct SignalGuard: ~Copyable {
  static let hangUp = SIGHUP

  private static let watched = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH]

  /// What the keys for interrupting send to every program on the terminal.
  private static let fromKeys = [SIGINT, SIGQUIT]

  private let pipe: Pipe

  /// Remembers the terminal's modes and takes Ctrl-Z; call it before curses does either.
  init() throws(TerminalError) {
    guard cn_guard_remember() else { throw .notATerminal("standard output") }
    pipe = try Pipe()
    cn_guard_report(pipe.writeEnd)
    cn_guard_watch(SIGTSTP)
  }

  /// Readable when a signal has come.
  var descriptor: Int32 { pipe.readEnd }

  /// Catches the signals; `reset` brings the terminal back where curses can no longer be called.
  ///
  /// It comes after curses has started, because its handlers take the place of those of curses.
  func arm(reset: [UInt8]) {
    reset.withUnsafeBytes { bytes in
      cn_guard_arm(bytes.baseAddress, bytes.count)
    }
    for signal in Self.watched { cn_guard_watch(signal) }
    cn_guard_hold_errors()
  }

  /// The signals since the last call, each once.
  func take() -> Set<Int32> { Set(pipe.drain().map(Int32.init)) }

  /// Leaves the signals to the system again, once the terminal is restored, and shows what standard
  /// error has held back.
  ///
  /// Of a terminal that goes away one hears twice, by whoever closes it and by the kernel: the second time
  /// must not end what is being brought to its end.
  func disarm() {
    for signal in Self.watched { cn_guard_unwatch(signal) }
    cn_guard_ignore(SIGHUP)
    cn_guard_disarm()
    cn_guard_release_errors()
  }

  /// Stops the process, as Ctrl-Z does, until it is continued in the foreground.
  func stop() {
    cn_guard_set_armed(false)
    cn_guard_release_errors()
    cn_guard_stop()
    cn_guard_set_armed(true)
    cn_guard_hold_errors()
  }

  /// Leaves the keys that interrupt to the program that the terminal is lent to, and standard error.
  func lend() {
    cn_guard_release_errors()
    for signal in Self.fromKeys { cn_guard_ignore(signal) }
  }

  /// Takes them again.
  func reclaim() {
    for signal in Self.fromKeys { cn_guard_watch(signal) }
    cn_guard_hold_errors()
  }

  /// The size of the terminal in columns and rows, where it tells.
  static func terminalSize() -> (columns: Int, rows: Int)? {
    var columns: Int32 = 0
    var rows: Int32 = 0
    return cn_guard_size(&columns, &rows) ? (Int(columns), Int(rows)) : nil
  }

  /// Ends the process by a signal, so that whoever started it sees why.
  static func exit(by signal: Int32) -> Never {
    cn_guard_die(signal)
    exit(status: 128 + signal)
  }

  /// Ends the process; `exit` alone would be this function.
  static func exit(status: Int32) -> Never {
    CLibrary.exit(status)
  }
}

/// What a signal asks of the loop.
enum SignalRequest: Equatable {
  case end(Int32)
  case suspend
  case resize
  case redraw

  /// The requests in `signals`, in the order in which they have to be met.
  static func sorted(_ signals: Set<Int32>) -> [SignalRequest] {
    let ending = [SIGHUP, SIGTERM, SIGINT, SIGQUIT].filter(signals.contains)
    if let first = ending.first { return [.end(first)] }
    var requests: [SignalRequest] = []
    if signals.contains(SIGTSTP) { requests.append(.suspend) }
    if signals.contains(SIGWINCH) { requests.append(.resize) }
    if signals.contains(SIGCONT) { requests.append(.redraw) }
    return requests
  }
}
