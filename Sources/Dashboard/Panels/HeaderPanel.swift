internal import QueueEngine

/// The first row: the program, the directory or what happens in the demonstration, and the local time.
enum HeaderPanel {
  private static let name = "mem0top"
  private static let columnsForPauseTime = 60

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    var right = [Span(model.now.clockText(zoneOffset: model.zoneOffset) + " ", .dim)]
    if model.isPaused { right.insert(Span(pause(model) + "   ", .warning, bold: true), at: 0) }
    if isWorkerHidden(model) { right.insert(Span("worker runs   ", .accent), at: 0) }
    let taken = right.reduce(Span(" \(name)  ").width + 2) { $0 + $1.width }
    let subject = subject(of: model, columns: rect.width - taken)
    canvas.draw(Line([Span(" \(name)  ", .title, bold: true), subject], right: right), in: rect)
  }

  /// The directory, whose end matters most; the demonstration's is nobody's, and its news are.
  private static func subject(of model: Model, columns: Int) -> Span {
    if let announcement = model.announcement {
      return Span(CellWidth.clipped(announcement, to: columns), .accent)
    }
    return Span(CellWidth.clippedAtStart(model.directoryText, to: columns))
  }

  /// Whether our run of the worker goes on where its lines cannot be seen.
  private static func isWorkerHidden(_ model: Model) -> Bool {
    guard model.workerRun?.isRunning == true else { return false }
    return !model.views.isEmpty || model.layout?.log == nil
  }

  /// That nothing is read, and since when what is shown may be old.
  private static func pause(_ model: Model) -> String {
    guard let seen = model.snapshot?.generatedAt, model.size.columns >= columnsForPauseTime else {
      return "paused"
    }
    return "paused, as of \(seen.clockText(zoneOffset: model.zoneOffset))"
  }
}
