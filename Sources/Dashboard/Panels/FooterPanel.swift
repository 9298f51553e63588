internal import QueueEngine

/// The last row: the keys of the table that matter most here, as many as fit, or a sentence instead.
enum FooterPanel {
  private static let gap = "   "
  private static let margin = 1

  /// The rows that say all.
  static func rows(model: Model, columns: Int) -> Int {
    if model.lineEntry != nil { return FilterLine.rows }
    return max(NoticeLines.lines(model, columns: columns - 2 * margin).count, 1)
  }

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    let inner = rect.inset(columns: margin, rows: 0)
    if let entry = model.lineEntry {
      canvas.draw(FilterLine.lines(entry, model: model, columns: inner.width), in: inner)
      return
    }
    let notice = NoticeLines.lines(model, columns: inner.width)
    canvas.draw(notice.isEmpty ? [keys(model, columns: inner.width)] : notice, in: inner)
  }

  /// The keys that can be used here in the order of the table, then those that cannot now.
  static func keys(_ model: Model, columns: Int) -> Line {
    let entries = shown(model, columns: columns)
    return Line(Array(entries.map(\.spans).joined(separator: [Span(gap)])))
  }

  /// The key that stands at a place of the footer; `nil` where a sentence stands there, or nothing.
  static func binding(at place: Point, _ model: Model, in rect: Rect) -> Binding? {
    let inner = rect.inset(columns: margin, rows: 0)
    let isSentence =
      model.lineEntry == nil && !NoticeLines.lines(model, columns: inner.width).isEmpty
    guard rect.contains(place), place.y == rect.endY - 1, !isSentence else { return nil }
    var x = inner.x
    for entry in shown(model, columns: inner.width) {
      if (x..<x + entry.width).contains(place.x) { return entry.binding }
      x += entry.width + gap.count
    }
    return nil
  }

  private static func shown(_ model: Model, columns: Int) -> [Entry] {
    let replaying = model.replay == nil ? [] : model.keymap.footer(in: .replaying)
    let taken = Set(replaying.flatMap(\.keys))
    let others = model.keymap.footer(in: model.mode).filter {
      taken.isDisjoint(with: $0.keys) && !model.isAboutOneMachine($0)
    }
    let entries =
      replaying.compactMap { Entry.of($0, model, isFirst: true) }
      + others.compactMap { Entry.of($0, model, isFirst: false) }
    let byRank = entries.sorted { $0.precedence < $1.precedence }
    var (room, limit) = (columns + gap.count, Int.min)
    for entry in byRank {
      room -= entry.width + gap.count
      if room < 0 { break }
      limit = entry.precedence
    }
    let shown = entries.filter { $0.precedence <= limit }
    return shown.filter { !$0.isDisabled } + shown.filter(\.isDisabled)
  }

  /// One key and what it does.
  private struct Entry {
    let binding: Binding
    let label: String
    let title: String
    let isDisabled: Bool
    /// Where it stands when room is short: what can be used comes first.
    let precedence: Int
    /// The columns that it takes.
    let width: Int

    /// The entry of a key; `nil` where it is of no use now.
    ///
    /// An initializer would copy the model for each.
    static func of(_ binding: Binding, _ model: Model, isFirst: Bool) -> Entry? {
      guard let title = binding.title(model) else { return nil }
      let label = binding.keys.first?.label(model.charset) ?? ""
      let isDisabled = binding.disabledReason(model) != nil
      return Entry(
        binding: binding,
        label: label,
        title: title,
        isDisabled: isDisabled,
        precedence: (binding.footerRank ?? 0) + (isDisabled ? 1000 : 0) - (isFirst ? 100 : 0),
        width: CellWidth.of(label) + 1 + CellWidth.of(title)
      )
    }

    var spans: [Span] {
      [
        Span(label, isDisabled ? .dim : .key, bold: !isDisabled),
        Span(" \(title)", .dim),
      ]
    }
  }
}
