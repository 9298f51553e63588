package import QueueEngine

/// Puts the lines of `SnapshotWriter` together again.
///
/// It believes nothing: numbers are bounded, lists are no longer than they may be, and what refers to a
/// line that is not there is left aside.
package struct SnapshotAssembler: Sendable {
  /// The most dead letters, and the most lines of the log, that are kept.
  private static let mostItems = 200_000
  private static let mostLogLines = 2_000

  /// What was told last; `nil` before the first whole snapshot.
  package private(set) var snapshot: Snapshot?
  /// What is wrong in it, as the far side judged it when it changed last.
  package private(set) var findings: [Finding] = []
  /// How many dead letters there are, whether they are sent or not.
  package private(set) var letters = LetterCount()
  /// Whether the lists are there, too: the dead letters and the lines of the log.
  package private(set) var hasLists = false

  private var arriving: [DeadLetter] = []
  private var items: [DeadLetter] = []
  private var logLines: [LogLine] = []
  private var firstLogLine = 0

  package init() {}

  /// Takes a line in.
  ///
  /// - Returns: Whether the snapshot is another one now.
  /// - Throws: `WireError` where the line makes no sense; all stays as it was then.
  package mutating func take(_ value: WireValue) throws(WireError) -> Bool {
    switch value["is"].text.flatMap(ReportKind.init) {
    case .snapshot?: return try takeSnapshot(value)
    case .items?: takeItems(value)
    case .log?: takeLog(value)
    case .beat?: snapshot?.confirm(at: Timestamp(value["at"].double))
    default: break
    }
    return false
  }

  private mutating func takeSnapshot(_ value: WireValue) throws(WireError) -> Bool {
    let at = Timestamp(value["at"].double)
    let isWhole = value["whole"] == .truth(true)
    guard var next = isWhole ? Snapshot(generatedAt: at, directory: "") : snapshot else {
      return false
    }
    for section in SnapshotSection.all {
      // A part that may be nothing is written as `null` where it is.
      guard let part = value.members[section.name] else { continue }
      try section.read(part, &next)
    }
    if let part = value.members["letters"] { letters = try part.decoded() }
    next.confirm(at: at)
    next.generatedAt = at
    if isWhole {
      hasLists = !value["items"].isNull
      if !hasLists { (items, logLines) = ([], []) }
    }
    if case .number = value["items"] { takeArrived(value["items"].clamped) }
    next.deadLetters.content?.items = items
    if let first = next.log.content?.lineNumberOfFirst { forgetLogLines(before: first) }
    next.log.content?.lines = logLines
    if !logLines.isEmpty { next.log.content?.lineNumberOfFirst = firstLogLine }
    findings = value["findings"].decodedElements()
    snapshot = next
    return true
  }

  /// Takes the dead letters over that have arrived, where they are as many as there should be.
  private mutating func takeArrived(_ count: Int) {
    if count == arriving.count { items = arriving }
    if count == 0 { items = [] }
    arriving = []
  }

  private mutating func takeItems(_ value: WireValue) {
    let start = value["from"].clamped
    if start == 0 { arriving = [] }
    guard start == arriving.count else { return }
    arriving += value["items"].decodedElements(as: DeadLetter.self)
      .prefix(Self.mostItems - arriving.count)
  }

  /// Puts lines of the log behind those that are there, or over the last of them.
  private mutating func takeLog(_ value: WireValue) {
    let start = value["from"].clamped
    var lines = value["lines"].decodedElements(as: LogLine.self)
    for index in lines.indices { lines[index].stampBytes = max(lines[index].stampBytes, 0) }
    let kept = start - firstLogLine
    if kept >= 0, kept <= logLines.count {
      logLines.removeLast(logLines.count - kept)
    } else {
      (logLines, firstLogLine) = ([], max(start, 0))
    }
    logLines += lines
    forgetLogLines(before: firstLogLine + logLines.count - Self.mostLogLines)
  }

  private mutating func forgetLogLines(before number: Int) {
    let surplus = min(max(number - firstLogLine, 0), logLines.count)
    logLines.removeFirst(surplus)
    firstLogLine += surplus
  }
}
