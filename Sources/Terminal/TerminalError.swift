/// Why the dashboard cannot open on this terminal.
package enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Standard input or standard output is a file or a pipe.
  case notATerminal(String)
  /// `TERM` is not set, or terminfo does not know it.
  case unknownTerminal(String)
  /// The terminal cannot move its cursor.
  case tooSimple(String)
  /// The system refused a pipe.
  case noPipe(errno: Int32)

  package var description: String {
    switch self {
    case .notATerminal(let stream):
      "\(stream) is not a terminal; for scripts and pipes use mem0top status"
    case .unknownTerminal(""):
      "TERM is not set, so the screen cannot be drawn; set it (TERM=xterm-256color, say) or use "
        + "mem0top status --watch"
    case .unknownTerminal(let name):
      "terminfo does not know TERM=\(name), so the screen cannot be drawn; set another TERM or "
        + "use mem0top status --watch"
    case .tooSimple(let name):
      "TERM=\(name) cannot move its cursor, so the screen cannot be drawn; use mem0top status "
        + "--watch"
    case .noPipe(let errno):
      "the system refused a pipe (errno \(errno)); close some programs and start again"
    }
  }
}
