package import Dashboard
package import QueueEngine

/// The world outside the terminal, as the loop meets it.
///
/// The loop calls all of it on its own thread, between two keys: each call has to return at once and
/// leave what takes time to others, who answer through the inbox.
@MainActor
package protocol World: AnyObject {
  /// Lets begin what the first frame did not wait for; that is on the screen.
  func begin()

  /// Becomes readable when something may have changed; `nil` where nothing tells.
  var changes: Int32? { get }

  /// How often `refresh` is to be called.
  var interval: Duration { get }

  /// Takes the news that `changes` has.
  func takeNews()

  /// Looks whether anything has changed that nobody told.
  func refresh()

  /// How far the clock of what is shown is ahead of ours.
  var clockLead: Duration { get }

  /// How far local time is ahead of UTC at a moment.
  func zoneOffset(at moment: Timestamp) -> Duration

  /// Starts an effect that is not the loop's own business.
  func perform(_ effect: Effect)
}

extension World {
  /// What is shown is of this machine.
  package var clockLead: Duration { .zero }
}
