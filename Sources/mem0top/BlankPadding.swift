internal import Dashboard

extension String {
  /// The text with blanks behind it, so that it takes at least so many columns of a terminal.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(width - CellWidth.of(self), 0))
  }
}
