internal import CNcurses

extension TerminfoKeys {
  /// The keys of the terminal that curses has opened.
  @MainActor static var current: TerminfoKeys {
    TerminfoKeys { name in cn_capability(name).map { Array(String(cString: $0).utf8) } }
  }
}
