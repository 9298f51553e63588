internal import QueueEngine

/// The dead letters of a directory at one moment, or the sentence why there are none to see.
struct DeadLetterShelf: ~Copyable {
  let now: Timestamp
  let items: [DeadLetter]
  private let reader: SnapshotReader

  init(settings: EngineSettings) throws(CommandFailure) {
    var reader = SnapshotReader(settings: settings)
    let snapshot = reader.readSettled { Timestamp.current }
    switch snapshot.directoryProblem {
    case .missing:
      throw .refused(
        "There is no directory \(Scrubber.scrub(snapshot.directory)); name another with --dir."
      )
    case .unreadable(let reason):
      throw .refused("\(Scrubber.scrub(snapshot.directory)) cannot be read: \(reason).")
    case nil: break
    }
    let reading = snapshot.deadLetters
    if reading.state == .corrupt || reading.state == .unreadable {
      throw .refused(reading.problem?.message ?? "The dead letters cannot be read.")
    }
    now = Timestamp.current
    items = reading.state == .missing ? [] : reading.content?.items ?? []
    self.reader = reader
  }

  /// The one item whose id begins with the text; a full id wins over longer ones that begin with it.
  func item(named prefix: String) throws(CommandFailure) -> DeadLetter {
    let shown = Scrubber.scrub(prefix)
    let exact = items.filter { $0.key.id == shown }
    let matches = exact.isEmpty ? items.filter { $0.key.id.hasPrefix(shown) } : exact
    guard let match = matches.first, !shown.isEmpty else {
      throw .refused("No dead letter's id begins with \"\(shown)\"; see mem0top dlq list.")
    }
    guard matches.count == 1 else {
      let ids = matches.prefix(3).map(\.key.id).joined(separator: ", ")
      throw .refused(
        "\(matches.count) dead letters have an id that begins with \"\(shown)\" (\(ids)"
          + (matches.count > 3 ? ", …" : "") + "); give more of it."
      )
    }
    return match
  }

  /// The item whole.
  func detail(of item: DeadLetter) -> ItemDetail { reader.detail(of: item) }
}
