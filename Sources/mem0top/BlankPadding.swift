extension String {
  /// The text with blanks behind it, for a column of at least so many characters.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(width - count, 0))
  }
}
