/// One line of the worker's log.
public struct LogLine: Hashable, Codable, Sendable {
  /// What a line reports, as far as it is one that we know.
  public enum Kind: String, Codable, Sendable {
    /// A memory was delivered.
    case synced
    /// A delivery failed and will be tried again.
    case retry
    /// An item failed five times.
    case movedToDeadLetters = "moved_to_dlq"
    /// A dead letter was delivered.
    case recovered
    /// A dead letter failed again.
    case deadLetterRetry = "dlq_retry"
    /// A dead letter is not due yet.
    case waiting
    /// A run ended.
    case done
    /// The lock was refused.
    case refused
    /// A run could do nothing, for another reason.
    case failed
    /// Any other line.
    case other

    /// Whether something was delivered, counted, moved or waited for, or a run ended: only that is progress.
    var isWork: Bool {
      switch self {
      case .synced, .retry, .movedToDeadLetters, .recovered, .deadLetterRetry, .waiting, .done: true
      case .refused, .failed, .other: false
      }
    }

    /// Whether it is work for which a worker takes the lock: the dead letters are worked without it.
    var isQueueWork: Bool {
      switch self {
      case .synced, .retry, .movedToDeadLetters, .done: true
      case .recovered, .deadLetterRetry, .waiting, .refused, .failed, .other: false
      }
    }

    /// Whether a worker that writes such a line has got to work.
    var isActivity: Bool {
      switch self {
      case .refused, .failed: false
      case .synced, .retry, .movedToDeadLetters, .recovered, .deadLetterRetry, .waiting, .done,
        .other:
        true
      }
    }
  }

  /// The line, scrubbed for display.
  public var text: String
  /// What it reports.
  public var kind: Kind
  /// The first characters of the item's id, where the line names one.
  public var idPrefix: String?
  /// The project, where the line names one.
  public var project: String?
  /// The line's own time stamp, where it has one.
  public var time: Timestamp?

  /// Makes a line.
  public init(
    text: String,
    kind: Kind = .other,
    idPrefix: String? = nil,
    project: String? = nil,
    time: Timestamp? = nil
  ) {
    self.text = text
    self.kind = kind
    self.idPrefix = idPrefix
    self.project = project
    self.time = time
  }
}

extension LogLine {
  /// How our worker says that it speaks to the server as to another one; the findings look for it.
  package static let unconfirmedRun = "The server takes every memory and confirms none"
}
