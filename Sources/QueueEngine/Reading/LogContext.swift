/// What a line of a log means behind those before it: the cause of a failure, a figure of the run that
/// ended, the end of a traceback.
struct LogContext {
  private enum Block {
    /// Figures follow the end of a run.
    case figures
    /// The frames of a Python traceback follow; its last line is not indented.
    case traceback(mentionsLock: Bool)
  }

  /// The names of the figures that follow the end of a run.
  private static let figures = ["Queue:", "Failed:", "Pending:", "DLQ:", "Total synced:"]
    .map { Array($0.utf8) }
  /// What Python's own locking calls are named.
  private static let lockCalls = ["flock(", "lockf("].map { Array($0.utf8) }
  private static let lockError = Array("BlockingIOError".utf8)
  private static let tracebackStart = Array("Traceback (most recent call last):".utf8)

  private var block: Block?
  private var cause: String?
  /// The cause of the last failure of each project, for the line that moves its item.
  private var lastCauses: [String: String] = [:]

  /// Takes a line in, and completes it.
  mutating func complete(_ line: inout LogLine) {
    if continueBlock(&line.kind, line.text.utf8) { line.cause = line.text }
    switch line.kind {
    case .uploadFailed: cause = line.cause
    case .retry, .deadLetterRetry, .gaveUp:
      line.cause = cause
      if let project = line.project { lastCauses[project] = cause }
      cause = nil
    case .movedToDeadLetters:
      line.cause = cause ?? line.project.flatMap { lastCauses[$0] }
      cause = nil
    case .synced, .recovered, .done, .refused, .failed: cause = nil
    case .waiting, .figure, .traceback, .other: break
    }
    if lastCauses.count > 1000 { lastCauses = [:] }
  }

  /// Takes a line in of which only the kind matters, and completes that.
  mutating func complete(_ kind: inout LogLine.Kind, of bytes: ArraySlice<UInt8>) {
    _ = continueBlock(&kind, bytes)
  }

  /// Completes the kind of a line; returns whether the line itself is the cause: the end of a traceback.
  private mutating func continueBlock<Bytes: BidirectionalCollection<UInt8>>(
    _ kind: inout LogLine.Kind,
    _ bytes: Bytes
  ) -> Bool {
    let text = bytes.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let isIndented = text.startIndex != bytes.startIndex
    switch block {
    case .traceback(let mentionsLock) where isIndented || text.isEmpty:
      let calls = Self.lockCalls.contains { text.firstRange(of: $0) != nil }
      block = .traceback(mentionsLock: mentionsLock || calls)
      kind = .traceback
      return false
    case .traceback(let mentionsLock):
      block = nil
      if kind == .refused { return false }
      kind = mentionsLock && text.starts(with: Self.lockError) ? .refused : .failed
      return true
    case .figures where kind == .other && Self.figures.contains { text.starts(with: $0) }:
      kind = .figure
      return false
    case .figures, nil:
      block = nil
    }
    if kind == .done {
      block = .figures
    } else if text.last == UInt8(ascii: ":"),
      text.suffix(Self.tracebackStart.count)
        .elementsEqual(Self.tracebackStart)
    {
      kind = .traceback
      block = .traceback(mentionsLock: false)
    }
    return false
  }
}
