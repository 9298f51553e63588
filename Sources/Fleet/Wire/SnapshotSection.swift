internal import QueueEngine

/// One part of a snapshot that a line carries where it has changed; a new part is a row of `all`.
///
/// What takes most room stands in lines of its own: the dead letters and the lines of the log.
struct SnapshotSection: Sendable {
  let name: String
  /// Whether the part says the same in both; that a file was looked at again says nothing new.
  let isSame: @Sendable (Snapshot, Snapshot) -> Bool
  let write: @Sendable (Snapshot, inout WireLine) -> Void
  let read: @Sendable (WireValue, inout Snapshot) throws(WireError) -> Void

  static let all: [SnapshotSection] = [
    plain("directory", \.directory),
    plain("files", \.files),
    plain("directoryProblem", \.directoryProblem),
    plain("directoryChangedAt", \.directoryChangedAt),
    plain("server", \.server),
    reading("queue", \.queue),
    plain("traffic", \.traffic),
    plain("lock", \.lock),
    reading("deadLetters", \.deadLetters),
    reading("metrics", \.metrics),
    plain("worker", \.worker),
    reading("log", \.log),
    plain("acknowledgement", \.acknowledgement),
    plain("emergency", \.emergency),
    plain("strays", \.strays),
    plain("remarks", \.remarks),
  ]

  private static func plain<Value: Codable & Equatable & Sendable>(
    _ name: String,
    _ path: any WritableKeyPath<Snapshot, Value> & Sendable
  ) -> SnapshotSection {
    SnapshotSection(
      name: name,
      isSame: { $0[keyPath: path] == $1[keyPath: path] },
      write: { snapshot, line in line.add(name, snapshot[keyPath: path]) },
      read: { value, snapshot throws(WireError) in snapshot[keyPath: path] = try value.decoded() }
    )
  }

  private static func reading<Content: Codable & Equatable & Sendable>(
    _ name: String,
    _ path: any WritableKeyPath<Snapshot, FileReading<Content>> & Sendable
  ) -> SnapshotSection {
    SnapshotSection(
      name: name,
      isSame: { $0[keyPath: path].saysTheSame(as: $1[keyPath: path]) },
      write: { snapshot, line in line.add(name, snapshot[keyPath: path]) },
      read: { value, snapshot throws(WireError) in snapshot[keyPath: path] = try value.decoded() }
    )
  }
}

extension FileReading where Content: Equatable {
  /// Whether both say the same, whenever it was that they looked.
  fileprivate func saysTheSame(as other: FileReading) -> Bool {
    state == other.state && problem == other.problem && revision == other.revision
      && modifiedAt == other.modifiedAt && unreadableSince == other.unreadableSince
      && content == other.content
  }

  /// The reading as of a moment at which nothing new was to be told of it.
  fileprivate mutating func confirm(at moment: Timestamp) {
    if state == .ok, contentAsOf != nil { contentAsOf = moment }
  }
}

extension Snapshot {
  /// What a line of sections carries: neither dead letters nor lines of the log.
  var withoutLists: Snapshot {
    var snapshot = self
    snapshot.deadLetters.content?.items = []
    snapshot.log.content?.lines = []
    return snapshot
  }

  /// What a row of many machines shows: no courses, no lists, no words that count the seconds.
  var forRow: Snapshot {
    var snapshot = withoutLists
    snapshot.server.availability?.parts = []
    for index in snapshot.server.endpoints.indices {
      snapshot.server.endpoints[index].history.removeFirst(
        max(snapshot.server.endpoints[index].history.count - ServerStatus.failuresUntilDown, 0)
      )
      snapshot.server.endpoints[index].availability = nil
    }
    snapshot.queue.content?.projects = []
    snapshot.queue.content?.failing = []
    snapshot.queue.content?.flagged = []
    snapshot.lock.evidence = []
    snapshot.lock.bytes = []
    return snapshot
  }

  /// It is still so at a later moment of the same clock.
  mutating func confirm(at moment: Timestamp) {
    generatedAt = max(generatedAt, moment)
    queue.confirm(at: generatedAt)
    deadLetters.confirm(at: generatedAt)
    metrics.confirm(at: generatedAt)
    log.confirm(at: generatedAt)
  }
}
