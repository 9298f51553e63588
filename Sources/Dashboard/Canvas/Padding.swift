extension String {
  /// The text at the left of so many columns, cut where it is longer.
  package func leftAligned(in columns: Int) -> String {
    let text = CellWidth.clipped(self, to: columns)
    return text + String(repeating: " ", count: max(columns - CellWidth.of(text), 0))
  }

  /// The text at the right of so many columns, cut where it is longer.
  package func rightAligned(in columns: Int) -> String {
    let text = CellWidth.clipped(self, to: columns)
    return String(repeating: " ", count: max(columns - CellWidth.of(text), 0)) + text
  }
}
