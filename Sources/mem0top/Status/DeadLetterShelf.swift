internal import QueueEngine

/// The dead letters of a directory at one moment, or the sentence why there are none to see.
struct DeadLetterShelf: ~Copyable {
  let now: Timestamp
  let items: [DeadLetter]
  /// What the log says about why they failed.
  let causes: CauseIndex
  private let reader: SnapshotReader

  /// Reads the dead letters; for an action on them (`acts`) a write of ours that was cut is completed
  /// first.
  init(settings: EngineSettings, acts: Bool = false) throws(CommandFailure) {
    var reader = SnapshotReader(settings: settings)
    var snapshot = reader.readSettled { Timestamp.current }
    try snapshot.requireDirectory()
    if acts, snapshot.deadLetters.problem?.cause == .cutWrite {
      do throws(ActionError) {
        try CutWrite.complete(settings: settings)
      } catch {
        throw .refused(error.description)
      }
      snapshot = reader.readSettled { Timestamp.current }
    }
    let reading = snapshot.deadLetters
    if reading.state == .corrupt || reading.state == .unreadable {
      throw .refused(reading.problem?.message ?? "The dead letters cannot be read.")
    }
    now = Timestamp.current
    items = reading.state == .missing ? [] : reading.content?.items ?? []
    causes = CauseIndex(snapshot.log.content?.lines ?? [])
    self.reader = reader
  }

  /// The one item whose id begins with the text; a full id wins over longer ones that begin with it.
  func item(named id: String) throws(CommandFailure) -> DeadLetter {
    do throws(ItemSelectionError) {
      let keys = try RetryItems.resolve(ids: [id], in: items)
      guard let item = items.first(where: { keys.contains($0.key) }) else {
        throw .noSuchItem(Scrubber.scrub(id))
      }
      return item
    } catch {
      throw .refused(error.description)
    }
  }

  /// The keys of the items whose ids begin with these texts.
  func keys(named ids: [String]) throws(CommandFailure) -> [ItemKey] {
    do throws(ItemSelectionError) {
      return try RetryItems.resolve(ids: ids, in: items)
    } catch {
      throw .refused(error.description)
    }
  }

  /// An item as programs read it.
  func entry(of item: DeadLetter) -> StatusReport.DeadLetterEntry {
    StatusReport.DeadLetterEntry(item, cause: causes.cause(of: item), at: now)
  }

  /// The item whole.
  func detail(of item: DeadLetter) -> ItemDetail { reader.detail(of: item) }
}

extension EngineSettings {
  /// Refuses where there is no directory; what acts on its files would else say something beside it.
  func requireDirectory() throws(CommandFailure) {
    do throws(SystemError) {
      _ = try FileStamp.at(directory)
    } catch {
      guard error.isMissing else { return }
      throw .refused(DirectoryWords.missing(directory))
    }
  }
}

extension Snapshot {
  /// Refuses where there is no directory to look into; a command would else find that all is well.
  func requireDirectory() throws(CommandFailure) {
    switch directoryProblem {
    case .missing:
      throw .refused(DirectoryWords.missing(directory))
    case .notADirectory:
      throw .refused("\(Scrubber.scrub(directory)) is not a directory; name another with --dir.")
    case .unreadable(let reason):
      throw .refused("\(Scrubber.scrub(directory)) cannot be read: \(reason).")
    case nil: break
    }
  }
}

/// How a command says that there is no directory.
private enum DirectoryWords {
  static func missing(_ directory: String) -> String {
    "There is no directory \(Scrubber.scrub(directory)); make it, or name another with --dir."
  }
}
