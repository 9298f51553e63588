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
  /// What Python's own locking calls are named.
  private static let lockCalls = ["flock(", "lockf("]

  private var block: Block?
  private var cause: String?
  /// The cause of the last failure of each project, for the line that moves its item.
  private var lastCauses: [String: String] = [:]

  /// Takes a line in, and completes it.
  mutating func complete(_ line: inout LogLine) {
    continueBlock(&line)
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

  private mutating func continueBlock(_ line: inout LogLine) {
    let text = line.text.drop { $0 == " " || $0 == "\t" }
    let isIndented = text.startIndex != line.text.startIndex
    switch block {
    case .traceback(let mentionsLock) where isIndented || text.isEmpty:
      let calls = Self.lockCalls.contains { text.firstRange(of: $0) != nil }
      block = .traceback(mentionsLock: mentionsLock || calls)
      line.kind = .traceback
      return
    case .traceback(let mentionsLock):
      if line.kind != .refused {
        let isRefusal = mentionsLock && text.hasPrefix("BlockingIOError")
        line.kind = isRefusal ? .refused : .failed
        line.cause = line.text
      }
      block = nil
      return
    case .figures where line.kind == .other && Self.figures.contains(where: text.hasPrefix):
      line.kind = .figure
      return
    case .figures, nil:
      block = nil
    }
    if line.kind == .done {
      block = .figures
    } else if text.hasSuffix("Traceback (most recent call last):") {
      line.kind = .traceback
      block = .traceback(mentionsLock: false)
    }
  }
}
