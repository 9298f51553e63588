internal import QueueEngine

/// Server, queue and lock in a line each, or in one for all, where there is no room for boxes.
enum StatusLines {
  private static let labelColumns = 7
  /// Wider lines would tear apart what belongs together.
  private static let mostColumns = 76

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    guard let snapshot = model.snapshot else { return }
    var inner = rect.inset(columns: 1, rows: 0)
    inner.width = min(inner.width, mostColumns)
    if rect.height >= 3 {
      let columns = inner.width - labelColumns
      let panels: [(Panel, Line?)] = [
        (.server, ServerPanel.lines(model, columns: columns, rows: 1).first),
        (.queue, QueuePanel.lines(model, columns: columns, rows: 1).first),
        (.lock, LockPanel.lines(model, columns: columns, rows: 1).first),
      ]
      for (row, (panel, line)) in panels.enumerated() {
        let label = panel.title.leftAligned(in: labelColumns)
        let style: Role = model.focus == panel ? .focusedBorder : .heading
        let head = Span(label, style, bold: model.focus == panel)
        canvas.draw(Line([head] + (line?.left ?? []), right: line?.right ?? []), in: inner.row(row))
      }
      return
    }
    canvas.draw(Line.fitting(inner.width, shortFacts(snapshot, model)), in: inner)
  }

  /// All panels but the log in a few words, from the most to the fewest.
  private static func shortFacts(_ snapshot: Snapshot, _ model: Model) -> [Line] {
    let gap = Span("  ")
    let server = StateWord.server(snapshot.server)
    let vps = Span("\(server.mark) VPS", server.role, bold: model.focus == .server)
    let dead = ListPanel.shortFacts(model)
    return [(true, true), (false, true), (false, false)].map { isAgeTold, isLockAgeTold in
      let queue = queueFacts(snapshot.queue, isAgeTold: isAgeTold, model)
      let lock =
        snapshot.isLockAwaited
        ? Span("○ lock", .dim) : lockFacts(snapshot.lock, isAgeTold: isLockAgeTold, model)
      return Line([vps, gap, queue, gap] + dead + [gap, lock])
    }
  }

  private static func queueFacts(
    _ reading: FileReading<QueueContents>,
    isAgeTold: Bool,
    _ model: Model
  ) -> Span {
    let isFocused = model.focus == .queue
    guard let queue = reading.content else {
      let word = StateWord.file(reading.state)
      let text = word.role == .critical ? "\(word.mark) queue" : "no queue"
      return Span(text, word.role, bold: isFocused)
    }
    guard queue.pending > 0 else { return Span("0 wait", .dim, bold: isFocused) }
    let age = isAgeTold ? queue.oldest.map { " " + (model.now - $0).tightAgeText } ?? "" : ""
    return Span("\(queue.pending) wait\(age)", bold: isFocused)
  }

  private static func lockFacts(_ lock: LockStatus, isAgeTold: Bool, _ model: Model) -> Span {
    let word = StateWord.lock(lock)
    let isQuiet = lock.state == .free || lock.state == .idle
    let since = lock.since
    let age = isAgeTold && !isQuiet ? since.map { " " + (model.now - $0).tightAgeText } ?? "" : ""
    return Span("\(word.mark) lock\(age)", word.role, bold: true)
  }
}

extension Duration {
  /// The duration as `ageText` without its blank, for the narrowest screens: `3h07m`.
  var tightAgeText: String { ageText.split(separator: " ").joined() }
}
