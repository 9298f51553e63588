/// Numbers as a row of small bars, one column each, and how much of something is done as a long one.
package enum Sparkline {
  private static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"]

  /// The latest values that fit; a value that is missing is a cross.
  ///
  /// They are scaled to the greatest of them, or to `floor`, below which all is small and calm.
  package static func spans(_ values: [Double?], columns: Int, floor: Double = 0) -> [Span] {
    let shown = values.suffix(max(columns, 0))
    let greatest = max(shown.compactMap { $0 }.max() ?? 0, floor)
    var spans: [Span] = []
    for value in shown {
      let role: Role = value == nil ? .critical : .sparkline
      let glyph = value.map { String(level(of: $0, greatest: greatest)) } ?? "×"
      if spans.last?.style.role == role {
        spans[spans.count - 1].text += glyph
      } else {
        spans.append(Span(glyph, role))
      }
    }
    return spans
  }

  /// Values of columns of time; a dot where nothing was recorded, a cross where something failed.
  package static func recorded(
    _ values: [Double?],
    failures: Set<Int> = [],
    floor: Double = 0
  ) -> [Span] {
    let greatest = max(values.compactMap { $0 }.max() ?? 0, floor)
    var spans: [Span] = []
    for (column, value) in values.enumerated() {
      let span: Span
      if failures.contains(column) {
        span = Span("×", .critical)
      } else if let value {
        span = Span(String(level(of: value, greatest: greatest)), .sparkline)
      } else {
        span = Span("·", .dim)
      }
      if spans.last?.style == span.style {
        spans[spans.count - 1].text += span.text
      } else {
        spans.append(span)
      }
    }
    return spans
  }

  /// A bar of which `fraction` is filled.
  package static func bar(_ fraction: Double, columns: Int, role: Role = .barFill) -> [Span] {
    guard columns > 0 else { return [] }
    let part = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let filled = Int((part * Double(columns)).rounded(.down))
    return [
      Span(String(repeating: "━", count: filled), role),
      Span(String(repeating: "─", count: columns - filled), .barTrack),
    ].filter { !$0.text.isEmpty }
  }

  private static func level(of value: Double, greatest: Double) -> Character {
    guard value.isFinite, value > 0, greatest > 0 else { return levels[0] }
    let step = value / greatest * Double(levels.count - 1)
    return levels[min(Int(step.rounded()), levels.count - 1)]
  }
}
