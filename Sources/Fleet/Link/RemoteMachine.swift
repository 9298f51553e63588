package import QueueEngine

/// What is known of a machine at the far end of a link.
package struct RemoteMachine: Sendable {
  /// How the link stands.
  package enum Standing: Hashable, Sendable {
    /// It is being made, for the first time or again.
    case connecting
    case live
    /// It is not there, for this reason, half a sentence; it is tried again.
    case lost(String)
  }

  package let host: RemoteHost
  package var standing = Standing.connecting
  /// Since when the link is as it is, by our clock; where it is lost, since it was live or first tried.
  package var since: Timestamp
  /// Who is there, as of the last link that was made.
  package var hello: Hello?
  /// What was told last; it stays when the link is lost.
  package var snapshot: Snapshot?
  /// Whether the snapshot has its lists, too, as that of an open machine has.
  package var hasLists = false
  package var findings: [Finding] = []
  package var letters = LetterCount()
  /// How far the clock there is ahead of ours.
  package var clockLead = Duration.zero
  /// When something was last heard, by our clock.
  package var heardAt: Timestamp?

  package init(host: RemoteHost, since: Timestamp) {
    self.host = host
    self.since = since
  }

  /// A moment of the clock there, by ours.
  package func here(_ moment: Timestamp) -> Timestamp { moment - clockLead }
}
