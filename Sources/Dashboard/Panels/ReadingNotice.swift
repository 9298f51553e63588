internal import QueueEngine

/// What a panel says of its file where it could not be read, and how old the content is that is kept.
struct ReadingNotice {
  /// Lines that stand above the content, or in its place.
  let lines: [Line]
  /// Whether there is content, which is not what the file holds now.
  let isOutdated: Bool

  /// What every panel says while there is no directory.
  static func waiting(columns: Int) -> [Line] {
    CellWidth.wrapped("waiting for the directory", to: columns).map { Line($0, .dim) }
  }

  /// How a file comes to be that is not there.
  private static func remedy(for name: String) -> String {
    switch name {
    case "queue file": ": mem0top enqueue makes one"
    case "log file": ": a worker writes it"
    default: ": it comes with the first memory that fails five times"
    }
  }

  /// The notice of a reading; `nil` where all is well.
  ///
  /// Where nothing that was read before stands below it, `hasContent` is false.
  init?<Content>(
    _ reading: FileReading<Content>,
    named name: String,
    hasContent: Bool = true,
    model: Model,
    columns: Int,
    rows: Int
  ) {
    guard reading.state != .ok else { return nil }
    isOutdated = hasContent && reading.content != nil
    let asOf = isOutdated ? reading.contentAsOf.map { "as of \($0.agoText(at: model.now))" } : nil
    if model.snapshot?.directoryProblem != nil, reading.state == .missing {
      lines = Self.waiting(columns: columns)
      return
    }
    if reading.state == .missing, !isOutdated {
      lines = CellWidth.wrapped("no \(name) yet\(Self.remedy(for: name))", to: columns)
        .prefix(max(rows, 1)).map { Line($0, .dim) }
      return
    }
    let word = StateWord.file(reading.state)
    let right = asOf.map { [Span($0, .dim)] } ?? []
    var sentence = reading.problem?.message ?? "The \(name) cannot be read."
    if reading.state == .missing { sentence = reading.problem?.message ?? "The \(name) is gone." }
    var wrapped = CellWidth.wrapped(sentence, to: columns)
    let room = max(rows - 1, 0)
    if wrapped.count > room, room == 0 {
      wrapped = []
    } else if wrapped.count > room {
      wrapped = Array(wrapped.prefix(room))
      wrapped[room - 1] = CellWidth.clipped(wrapped[room - 1] + " …", to: columns)
    }
    lines = [Line([word.span], right: right)] + wrapped.map { Line($0, word.role) }
  }
}
