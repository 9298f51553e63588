/// What one turn with the files came to: what was settled, what is to be sent next, what is left.
package struct WorkTurn: Sendable {
  /// Something that is on disk now, for the log.
  package enum Event: Hashable, Sendable {
    /// A queue item was delivered and has left the queue.
    case synced(project: String, id: String)
    /// A queue item failed, for the `count`th time.
    case retried(project: String, id: String, count: Int)
    /// A queue item failed for the last time and is a dead letter now.
    case movedToDeadLetters(project: String, id: String, retries: Int)
    /// A dead letter was delivered and has left its file.
    case recovered(project: String, id: String, retries: Int)
    /// A dead letter failed again; it is due again after `delay`.
    case deadLetterRetried(project: String, id: String, count: Int, delay: Duration)
    /// The item is no longer in its file: somebody else settled it meanwhile.
    case vanished(project: String, id: String)
  }

  package var events: [Event] = []
  /// The next items to send, noted as claimed on disk; in the order of the file within a project.
  package var claimed: [ClaimedItem] = []
  /// How many items the queue holds now, claimed ones included; `nil` where it cannot be read.
  package var pending: Int? = 0
  /// How many dead letters there are now; `nil` where they cannot be read.
  package var deadLetterCount: Int? = 0
  /// Items of the queue that nobody can send (no content, not an object …); they stay where they are.
  package var undeliverable = 0
  /// Dead letters that wait for their backoff, with the time left, in the order of the file.
  package var waiting: [(project: String, remaining: Duration)] = []
  /// Why nothing was claimed from a list: it could not be acknowledged.
  package var obstacles: [ReplacementObstacle] = []
  /// Why a list could not be read; nothing of it was claimed.
  package var unreadable: [ActionError] = []
  /// What did not work beside the turn, one short sentence each: a copy that could not be kept.
  package var remarks: [String] = []

  package init() {}
}
