extension String {
  /// The text with zeros before it, for a number of at least so many digits.
  package func zeroPadded(to width: Int) -> String {
    String(repeating: "0", count: Swift.max(width - count, 0)) + self
  }
}
