/// The last row: the keys of the table that matter most here, as many as fit, or why a key did nothing.
enum FooterPanel {
  private static let gap = "   "

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    let inner = rect.inset(columns: 1, rows: 0)
    if let notice = model.notice {
      canvas.draw(Line(notice, .warning), in: inner)
      return
    }
    let bindings = model.keymap.footer(in: model.mode)
    let byRank = bindings.sorted { ($0.footerRank ?? 0) < ($1.footerRank ?? 0) }
    var kept = byRank
    while !kept.isEmpty, width(kept, model.charset) > inner.width { kept.removeLast() }
    let leastRank = kept.last?.footerRank ?? -1
    let shown = bindings.filter { ($0.footerRank ?? 0) <= leastRank }
    let pieces = shown.map { spans($0, model) }
    canvas.draw(Line(Array(pieces.joined(separator: [Span(gap)]))), in: inner)
  }

  private static func spans(_ binding: Binding, _ model: Model) -> [Span] {
    let isDisabled = binding.disabledReason(model) != nil
    return [
      Span(label(binding, model.charset), isDisabled ? .dim : .key, bold: !isDisabled),
      Span(" \(title(binding, model))", .dim),
    ]
  }

  private static func title(_ binding: Binding, _ model: Model) -> String {
    binding.command == .togglePause && model.isPaused ? "go on" : binding.title
  }

  private static func label(_ binding: Binding, _ charset: Charset) -> String {
    binding.keys.first?.label(charset) ?? ""
  }

  private static func width(_ bindings: [Binding], _ charset: Charset) -> Int {
    bindings.reduce(-gap.count) {
      $0 + CellWidth.of(label($1, charset)) + 1 + CellWidth.of($1.title) + gap.count
    }
  }
}
