internal import QueueEngine

/// The items of one list of a directory at one moment, or the sentence why there are none to see.
struct ItemShelf: ~Copyable {
  /// Which list it is.
  let list: ListFile
  let now: Timestamp
  let items: [DeadLetter]
  /// What the log says about why they failed.
  let causes: CauseIndex
  private let reader: SnapshotReader

  /// Reads a list; for an action on it (`acts`) a write of ours that was cut is completed first.
  init(
    _ list: ListFile = .deadLetters,
    settings: EngineSettings,
    acts: Bool = false
  ) throws(CommandFailure) {
    self.list = list
    var reader = SnapshotReader(settings: settings)
    var snapshot = reader.readSettled { SystemClock.now }
    try snapshot.requireDirectory()
    if acts, snapshot.problem(of: list)?.cause == .cutWrite {
      do throws(ActionError) {
        try CutWrite.complete(settings: settings)
      } catch {
        throw .refused(error.description)
      }
      snapshot = reader.readSettled { SystemClock.now }
    }
    let state = list == .queue ? snapshot.queue.state : snapshot.deadLetters.state
    if state == .corrupt || state == .unreadable {
      throw .refused(snapshot.problem(of: list)?.message ?? "The file cannot be read.")
    }
    now = SystemClock.now
    let causes = CauseIndex(snapshot.log.content?.lines ?? [])
    self.causes = list == .queue ? causes.ofQueue : causes
    switch list {
    case .queue:
      items = state == .missing ? [] : reader.readQueuedItems(now: now).content ?? []
    case .deadLetters:
      items = state == .missing ? [] : snapshot.deadLetters.content?.items ?? []
    }
    self.reader = reader
  }

  /// The one item whose id begins with the text; a full id wins over longer ones that begin with it.
  func item(named id: String) throws(CommandFailure) -> DeadLetter {
    do throws(ItemSelectionError) {
      let keys = try RetryItems.resolve(ids: [id], in: items, of: list)
      guard let item = items.first(where: { keys.contains($0.key) }) else {
        throw .noSuchItem(Scrubber.scrub(id), list)
      }
      return item
    } catch {
      throw .refused(error.description)
    }
  }

  /// The keys of the items whose ids begin with these texts.
  func keys(named ids: [String]) throws(CommandFailure) -> [ItemKey] {
    do throws(ItemSelectionError) {
      return try RetryItems.resolve(ids: ids, in: items, of: list)
    } catch {
      throw .refused(error.description)
    }
  }

  /// A dead letter as programs read it.
  func entry(of item: DeadLetter) -> StatusReport.DeadLetterEntry {
    StatusReport.DeadLetterEntry(item, cause: causes.cause(of: item), at: now)
  }

  /// A memory of the queue as programs read it.
  func queuedEntry(of item: QueuedItem) -> StatusReport.QueuedEntry {
    StatusReport.QueuedEntry(item, cause: causes.cause(of: item), at: now)
  }

  /// The item whole.
  func detail(of item: DeadLetter) -> ItemDetail { reader.detail(of: item, in: list) }
}

extension Snapshot {
  /// What is wrong with a list's file.
  fileprivate func problem(of list: ListFile) -> ReadProblem? {
    list == .queue ? queue.problem : deadLetters.problem
  }
}

extension EngineSettings {
  /// Refuses where there is no directory; what acts on its files would else say something beside it.
  func requireDirectory() throws(CommandFailure) {
    let stamp: FileStamp
    do throws(SystemError) {
      stamp = try FileStamp.at(directory)
    } catch {
      guard error.isMissing else { return }
      throw DirectoryWords.missing(directory)
    }
    guard stamp.isDirectory else { throw DirectoryWords.notADirectory(directory) }
  }
}

extension Snapshot {
  /// Refuses where there is no directory to look into; a command would else find that all is well.
  func requireDirectory() throws(CommandFailure) {
    switch directoryProblem {
    case .missing: throw DirectoryWords.missing(directory)
    case .notADirectory: throw DirectoryWords.notADirectory(directory)
    case .unreadable(let reason):
      throw .refused("\(Scrubber.scrub(directory)) cannot be read: \(reason).")
    case nil: break
    }
  }
}

/// How a command says that there is no directory.
private enum DirectoryWords {
  static func missing(_ directory: String) -> CommandFailure {
    .refused(
      "There is no directory \(Scrubber.scrub(directory)); make it, or name another with --dir."
    )
  }

  static func notADirectory(_ directory: String) -> CommandFailure {
    .refused("\(Scrubber.scrub(directory)) is not a directory; name another with --dir.")
  }
}
