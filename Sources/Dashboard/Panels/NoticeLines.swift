internal import QueueEngine

/// The sentence at the foot of the screen: what the last key or action came to, else what is running.
enum NoticeLines {
  /// The lines that say all, three at most; none where there is nothing to say.
  static func lines(_ model: Model, columns: Int) -> [Line] {
    guard let notice = model.notice else {
      return model.runningText.map { lines("○", $0, .accent, columns: columns) } ?? []
    }
    let (mark, role) = look(of: notice.kind)
    return lines(mark, notice.text, role, columns: columns)
  }

  /// The mark of a kind of sentence, empty where it needs none, and its colour.
  static func look(of kind: Notice.Kind) -> (mark: String, role: Role) {
    switch kind {
    case .hint: ("", .warning)
    case .success: ("✔", .ok)
    case .refusal: ("▲", .warning)
    case .failure: ("✖", .critical)
    }
  }

  private static func lines(
    _ mark: String,
    _ text: String,
    _ role: Role,
    columns: Int
  ) -> [Line] {
    let indent = mark.isEmpty ? 0 : 2
    let room = max(columns - indent, 1)
    let wrapped = CellWidth.wrapped(text, to: room, lines: Layout.mostFooterRows)
    return wrapped.enumerated().map { row, line in
      let lead = (row == 0 ? mark : "").leftAligned(in: indent)
      return Line([Span(lead, role, bold: true), Span(line, role)])
    }
  }
}
