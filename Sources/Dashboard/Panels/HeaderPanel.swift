internal import QueueEngine

/// The first row: the program, the directory or what happens in the demonstration, and the local time.
enum HeaderPanel {
  private static let name = "mem0top"
  private static let gap = "   "
  /// The directory gets so many columns before the time of a pause or the clock does.
  private static let leastSubject = 12

  static func draw(_ model: Model, in rect: Rect, on canvas: inout Canvas) {
    let head = Span(" \(name)  ", .title, bold: true)
    if let replay = model.replay {
      draw(replay, model, after: head, in: rect, on: &canvas)
      return
    }
    let room = rect.width - head.width - Line.gap
    let wanted = min(subject(of: model, columns: room).width, leastSubject)
    let right = state(model, columns: room - wanted)
    let taken = right.reduce(0) { $0 + $1.width }
    canvas.draw(Line([head, subject(of: model, columns: room - taken)], right: right), in: rect)
  }

  /// The recording: where it stands, with a scrubber, and the time that is shown.
  private static func draw(
    _ replay: Replay,
    _ model: Model,
    after head: Span,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    let day = (model.now + model.zoneOffset).iso8601.prefix(10)
    let clock = model.now.clockText(zoneOffset: model.zoneOffset)
    let place = "\(replay.place + 1)/\(replay.count)"
    let rights = ["\(place)   \(day) \(clock) ", "\(day) \(clock) ", "\(clock) "].map { Span($0) }
    let glyph = replay.isPlaying ? "▶" : "‖"
    let word = Span("replay \(glyph)  ", .accent, bold: true)
    let least = leastSubject
    let right =
      rights.first { head.width + word.width + least + $0.width + Line.gap <= rect.width }
      ?? rights[2]
    let room = rect.width - head.width - word.width - right.width - Line.gap
    let bar = Sparkline.bar(replay.share(at: model.now), columns: min(max(room, 0), 60))
    canvas.draw(Line([head, word] + bar, right: [right]), in: rect)
  }

  /// What goes on besides, and the time; where room is short, the time goes first.
  private static func state(_ model: Model, columns: Int) -> [Span] {
    var marks: [Span] = []
    if isWorkerHidden(model) { marks.append(Span("worker runs", .accent)) }
    if model.linkLoss != nil {
      marks.append(Span("no answer", .unknown, bold: true))
    } else if model.machineObstacle != nil {
      marks.append(Span("view only", .accent))
    }
    if let pace = model.shortPaceText { marks.append(Span(pace, .accent)) }
    if model.isReadOnly, model.replay == nil { marks.append(Span("read-only", .accent)) }
    if model.isPaused { marks.append(Span("paused", .warning, bold: true)) }
    let told = Array(marks.map { [$0] }.joined(separator: [Span(gap)]))
    let clock = Span(model.now.clockText(zoneOffset: model.zoneOffset))
    let end = Span(" ")
    guard !told.isEmpty else { return [clock, end] }
    let variants = [
      told + pausedSince(model) + [Span(gap), clock, end], told + [Span(gap), clock, end],
      told + [end],
    ]
    return Line.fitting(columns, variants.map { Line([], right: $0) }).right
  }

  /// The directory, whose end matters most; the demonstration's is nobody's, and its news are.
  private static func subject(of model: Model, columns: Int) -> Span {
    if let announcement = model.announcement {
      return Span(CellWidth.clipped(announcement, to: columns), .accent)
    }
    if model.isFleetShown, let count = model.fleet?.machines.count {
      return Span(CellWidth.clipped(count == 1 ? "1 machine" : "\(count) machines", to: columns))
    }
    return Span(CellWidth.clippedAtStart(model.directoryText, to: columns))
  }

  /// Whether our run of the worker goes on where its lines cannot be seen.
  private static func isWorkerHidden(_ model: Model) -> Bool {
    guard model.workerRun?.isRunning == true else { return false }
    return !model.isLogShown
  }

  /// Since when what is shown may be old, because nothing is read.
  private static func pausedSince(_ model: Model) -> [Span] {
    guard model.isPaused, let seen = model.snapshot?.generatedAt else { return [] }
    return [Span(", as of \(seen.clockText(zoneOffset: model.zoneOffset))", .warning, bold: true)]
  }
}
