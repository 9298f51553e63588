/// Sets off what is looked for where it stands in a text.
enum Highlight {
  /// The span cut into what was found and what was not; the found parts look selected.
  static func spans(of span: Span, _ wanted: FoldedText) -> [Span] {
    let ranges = wanted.ranges(in: span.text)
    guard !ranges.isEmpty else { return [span] }
    var spans: [Span] = []
    var end = span.text.startIndex
    for range in ranges {
      if end < range.lowerBound { spans.append(span.with(span.text[end..<range.lowerBound])) }
      var found = span.with(span.text[range])
      found.style.isSelected = true
      found.style.isBold = true
      spans.append(found)
      end = range.upperBound
    }
    if end < span.text.endIndex { spans.append(span.with(span.text[end...])) }
    return spans
  }
}

extension Span {
  fileprivate func with(_ text: Substring) -> Span {
    var span = self
    span.text = String(text)
    return span
  }
}

extension Line {
  /// The line with what is looked for set off.
  func highlighting(_ wanted: FoldedText) -> Line {
    guard !wanted.isEmpty else { return self }
    return Line(left.flatMap { Highlight.spans(of: $0, wanted) }, right: right)
  }

  /// Whether it holds what is looked for.
  func holds(_ wanted: FoldedText) -> Bool { left.contains { wanted.isContained(in: $0.text) } }
}
