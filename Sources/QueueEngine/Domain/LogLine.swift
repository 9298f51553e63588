/// One line of the worker's log.
public struct LogLine: Hashable, Codable, Sendable {
  /// What a line reports, as far as it is one that we know (`docs/contract.md#log`).
  public enum Kind: String, Codable, Sendable {
    /// A memory was delivered.
    case synced
    /// A delivery failed and will be tried again.
    case retry
    /// An item failed five times.
    case movedToDeadLetters = "moved_to_dlq"
    /// A dead letter, or an item that had failed before, was delivered.
    case recovered
    /// A dead letter failed again.
    case deadLetterRetry = "dlq_retry"
    /// A dead letter is not due yet.
    case waiting
    /// An item was given up for this run.
    case gaveUp = "gave_up"
    /// A run ended.
    case done
    /// A figure of the run that ended, in a line of its own.
    case figure
    /// The lock was refused.
    case refused
    /// A run could do nothing, for another reason.
    case failed
    /// A line of a Python traceback before its last, which is `failed` or `refused`.
    case traceback
    /// Why the delivery failed of which the next line tells.
    case uploadFailed = "upload_failed"
    /// Any other line.
    case other

    /// What a line means for the pipeline.
    public enum Sort: String, Codable, Sendable {
      /// Something was delivered, counted, moved or waited for, or a run ended; only that is progress.
      case work
      /// The lock was refused.
      case refused
      /// An error of the run as a whole.
      case failed
      /// Anything else.
      case other
    }

    /// Which of the four sorts it is.
    public var sort: Sort {
      switch self {
      case .synced, .retry, .movedToDeadLetters, .recovered, .deadLetterRetry, .waiting, .gaveUp,
        .done, .figure:
        .work
      case .refused: .refused
      case .failed, .traceback: .failed
      case .uploadFailed, .other: .other
      }
    }

    /// Whether something was delivered, counted, moved or waited for, or a run ended: only that is progress.
    var isWork: Bool { sort == .work }

    /// Whether it is work for which a worker takes the lock: the dead letters are worked without it.
    var isQueueWork: Bool {
      switch self {
      case .synced, .retry, .movedToDeadLetters, .done, .figure: true
      case .recovered, .deadLetterRetry, .waiting, .gaveUp, .refused, .failed, .traceback,
        .uploadFailed, .other:
        false
      }
    }

    /// Whether something has left the queue or the dead letters.
    var isDeparture: Bool { self == .synced || self == .recovered || self == .movedToDeadLetters }

    /// Whether a run has ended, that of one that failed as a whole among them.
    var isEnd: Bool { self == .done || self == .figure || self == .failed }

    /// Whether a worker that writes such a line has got to work.
    var isActivity: Bool { sort == .work || sort == .other }
  }

  /// The line, scrubbed for display.
  public var text: String
  /// What it reports.
  public var kind: Kind
  /// The first characters of the item's id, where the line names one.
  public var idPrefix: String?
  /// The project, where the line names one.
  public var project: String?
  /// How often the item has failed, where the line says so.
  public var failures: Int?
  /// Why it failed: what an `Upload failed` line before it says, or what it says itself.
  public var cause: String?
  /// When it was written, where it has a time stamp that can be one.
  public var time: Timestamp?
  /// How many bytes of the text are that stamp, with the blanks behind it.
  package var stampBytes = 0

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
  /// What it tells, without its time stamp.
  package var event: Substring {
    text[text.utf8.index(text.startIndex, offsetBy: min(stampBytes, text.utf8.count))...]
  }

  /// How our worker says that it speaks to the server as to another one; the findings look for it.
  package static let unconfirmedRun = "The server accepts every memory and confirms none"

  /// Whether it says so.
  var tellsUnconfirmedRun: Bool {
    kind == .failed && cause?.utf8.starts(with: Self.unconfirmedRun.utf8) == true
  }
}
