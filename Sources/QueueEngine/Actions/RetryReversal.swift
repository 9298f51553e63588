/// Retries that an undo of ours took back: which, when, and on whose word.
package struct RetryReversal: Hashable, Codable, Sendable {
  /// The dead letters that have their old times again.
  package let keys: [ItemKey]
  /// When, in UTC to the second.
  package let time: String
  /// Who asked for it; `nil` as long as the audit log does not tell.
  package let origin: ActionOrigin?

  /// Makes a reversal.
  package init(keys: [ItemKey], time: String, origin: ActionOrigin?) {
    self.keys = keys
    self.time = time
    self.origin = origin
  }
}

extension RetryReversal {
  /// An undo that has run just now stands within so many entries of the audit log.
  private static let entriesSearched = 20
  /// How often the audit log is looked at for an undo that the journal has, and how long between.
  private static let tries = 20
  private static let pollInterval = Duration.milliseconds(50)

  /// The undos that were our last change to some of these dead letters, the latest first.
  ///
  /// The journal has an undo before the file changes, so whoever sees the file changed finds it. The
  /// audit log has it a moment later, and with it the origin. What is in none of them was done by
  /// another program; a journal that cannot be read tells of none.
  package static func find(of keys: [ItemKey], settings: EngineSettings) -> [RetryReversal] {
    let journal = ChangeJournal(settings: settings)
    var wanted = Set(keys)
    var found: [RetryReversal] = []
    guard let pages = try? journal.pages() else { return [] }
    for page in pages.reversed() where !wanted.isEmpty {
      guard page.kind == .undo || page.kind == .retry, page.state != .unsure,
        let entry = try? journal.entry(page)
      else { continue }
      let concerned = Set(entry.items.map(\.key)).intersection(wanted)
      wanted.subtract(concerned)
      guard !concerned.isEmpty, takesBackRetry(entry, among: pages) else { continue }
      let origin = origin(since: entry.time, settings)
      found.append(
        RetryReversal(keys: keys.filter(concerned.contains), time: entry.time, origin: origin)
      )
    }
    return found
  }

  /// The same, once the audit log tells on whose word each was; that is waited for, but not long.
  package static func findWithOrigins(
    of keys: [ItemKey],
    settings: EngineSettings
  ) async -> [RetryReversal] {
    for _ in 1..<tries {
      let found = find(of: keys, settings: settings)
      guard found.contains(where: { $0.origin == nil }) else { return found }
      // A wait that is broken off is over, too.
      try? await Task.sleep(for: pollInterval)
    }
    return find(of: keys, settings: settings)
  }

  private static func takesBackRetry(_ entry: JournalEntry, among pages: [JournalPage]) -> Bool {
    entry.undoes.map { number in pages.contains { $0.number == number && $0.kind == .retry } }
      ?? false
  }

  /// Who asked for the first undo that the audit log has from then on; both times have one form.
  private static func origin(since time: String, _ settings: EngineSettings) -> ActionOrigin? {
    AuditLog(settings: settings).entries(last: entriesSearched)
      .first { $0.action == UndoChange().name && $0.result == .done && $0.time >= time }?.origin
  }
}
