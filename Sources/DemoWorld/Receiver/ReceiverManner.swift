/// How the receiver does what is left to each server, apart from faults.
package struct ReceiverManner: Sendable {
  /// What becomes of a memory that the hosted platform has taken.
  package enum EventResult: Sendable {
    case pending, succeeded, failed
  }

  /// So often the platform answers that an event is not decided.
  package var pendingAnswers = 0
  /// What it comes to then; one that fails is not stored.
  package var eventResult = EventResult.succeeded
  /// Whether it is an open-source server of the time before `/auth/setup-status`.
  package var isOldServer = false

  package init() {}
}
