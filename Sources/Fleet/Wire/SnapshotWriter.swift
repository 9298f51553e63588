package import QueueEngine

/// Turns the snapshots of one directory into lines, each with what has changed since the one before.
///
/// The lines of a snapshot make up all of it: the parts that changed, the lines that the log has got, and
/// the dead letters where they are asked for. A recording is the same lines in a file.
package struct SnapshotWriter: Sendable {
  /// How much is written.
  package enum Depth: Sendable {
    /// What a row of many machines shows: a few hundred bytes.
    case rows
    /// All that the dashboard shows.
    case whole
  }

  /// So many dead letters stand in one line.
  static let itemsInLine = 250
  /// So many bytes of lines of the log stand in one line, about.
  private static let logBytesInLine = 128 << 10

  /// How much is written; another depth begins anew.
  package var depth: Depth {
    didSet { if depth != oldValue { startOver() } }
  }

  private var sections: Snapshot?
  private var findings: [Finding] = []
  private var letters = LetterCount()
  private var items: [DeadLetter] = []
  private var areItemsSent = false
  /// The number behind the last line of the log that was sent, and that line.
  private var logEnd = 0
  private var lastLogLine: LogLine?

  package init(depth: Depth) { self.depth = depth }

  /// Makes the next snapshot stand for itself, without those before.
  package mutating func startOver() {
    sections = nil
    areItemsSent = false
    items = []
    (logEnd, lastLogLine) = (0, nil)
  }

  /// The lines for a snapshot, with their ends; none where it says nothing new.
  ///
  /// What is wrong in it, `found`, was judged where it was seen.
  package mutating func lines(for snapshot: Snapshot, findings found: [Finding]) -> [[UInt8]] {
    // Nothing may be concluded from a lock that nobody has looked at.
    guard !snapshot.isLockAwaited else { return [] }
    let bare = depth == .rows ? snapshot.forRow : snapshot.withoutLists
    let isFirst = sections == nil
    let before = sections ?? Snapshot(generatedAt: snapshot.generatedAt, directory: "")
    let changed = SnapshotSection.all.filter { !$0.isSame(before, bare) }
    let count = countedLetters(snapshot, hasNewList: changed.contains { $0.name == "deadLetters" })
    let isJudgedAnew = found.map(\.gist) != findings.map(\.gist)
    let lists = depth == .whole ? itemLines(snapshot) + logLines(snapshot) : []
    guard isFirst || !changed.isEmpty || count != letters || isJudgedAnew || !lists.isEmpty else {
      return []
    }
    var line = WireLine("is", ReportKind.snapshot)
    line.add("at", snapshot.generatedAt)
    if isFirst { line.add("whole", true) }
    for section in changed { section.write(bare, &line) }
    if isFirst || count != letters { line.add("letters", count) }
    if depth == .whole { line.add("items", items.count) }
    line.add("findings", found)
    (sections, findings, letters) = (bare, found, count)
    return lists + [line.ended]
  }

  /// Counts the dead letters where the count may have changed: their file has, or one has become due.
  private func countedLetters(_ snapshot: Snapshot, hasNewList: Bool) -> LetterCount {
    let isDue = letters.next.map { $0 <= snapshot.generatedAt } ?? false
    return sections == nil || hasNewList || isDue
      ? LetterCount(of: snapshot, at: snapshot.generatedAt) : letters
  }

  /// The dead letters, where they are others than before.
  private mutating func itemLines(_ snapshot: Snapshot) -> [[UInt8]] {
    let current = snapshot.deadLetters.content?.items ?? []
    guard !areItemsSent || current != items else { return [] }
    (items, areItemsSent) = (current, true)
    return stride(from: 0, to: current.count, by: Self.itemsInLine).map { start in
      var line = WireLine("is", ReportKind.items)
      line.add("from", start)
      line.add("items", Array(current[start..<min(start + Self.itemsInLine, current.count)]))
      return line.ended
    }
  }

  /// The lines that the log has got; its last one may have been written on.
  private mutating func logLines(_ snapshot: Snapshot) -> [[UInt8]] {
    guard let log = snapshot.log.content else { return [] }
    let end = log.lineNumberOfFirst + log.lines.count
    var start = max(logEnd, log.lineNumberOfFirst)
    if start > log.lineNumberOfFirst, start <= end, start == logEnd,
      log.lines[start - 1 - log.lineNumberOfFirst] != lastLogLine
    {
      start -= 1
    }
    // A follower that begins anew counts anew.
    if end < logEnd { start = log.lineNumberOfFirst }
    (logEnd, lastLogLine) = (end, log.lines.last)
    var pieces: [[UInt8]] = []
    var rest = log.lines[max(start - log.lineNumberOfFirst, 0)...]
    while !rest.isEmpty {
      var bytes = 0
      let piece = rest.prefix { line in
        defer { bytes += line.text.utf8.count }
        return bytes < Self.logBytesInLine
      }
      var line = WireLine("is", ReportKind.log)
      line.add("from", log.lineNumberOfFirst + piece.startIndex)
      line.add("lines", Array(piece))
      pieces.append(line.ended)
      rest = rest[piece.endIndex...]
    }
    return pieces
  }
}

extension Finding {
  /// What it says apart from its words, which count the seconds.
  fileprivate var gist: Gist { Gist(severity: severity, code: code, since: since) }

  fileprivate struct Gist: Hashable {
    let severity: Severity
    let code: FindingCode
    let since: Timestamp?
  }
}
