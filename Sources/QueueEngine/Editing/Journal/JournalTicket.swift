/// An entry of the journal whose change is being made.
///
/// One that is not committed is taken out of the journal with the value: its change was not made.
package struct JournalTicket: ~Copyable {
  private let journal: ChangeJournal
  private let page: JournalPage
  private let undoes: Int?
  private var copy: LinkedCopy?
  private var isCommitted = false

  init(journal: ChangeJournal, page: JournalPage, undoes: Int?) {
    self.journal = journal
    self.page = page
    self.undoes = undoes
  }

  /// Makes the file as it is a copy that stays with the change, and goes without it; `false` where the
  /// copy has to be written.
  mutating func link(_ list: ListFile, _ hash: ContentHash, in copies: CopyStore) -> Bool {
    // Whoever writes it instead finds out what is wrong with the directory.
    copy = try? copies.link(list, hash)
    return copy != nil
  }

  deinit {
    // One that cannot be removed is settled by the next change, which sees that the file is as before.
    if !isCommitted { try? journal.remove(page) }
  }

  /// Leaves the entry as it is: whether the change was made, or will be completed, the next one finds out
  /// by the hashes.
  mutating func leave() { isCommitted = true }

  /// Says that the change was made; the file has its new content.
  ///
  /// One that another program replaced at once is a matter for a person, and what it was to take back is
  /// not taken back.
  mutating func commit(survived: Bool = true) {
    isCommitted = true
    copy?.settle()
    do throws(SystemError) {
      guard survived else { return try journal.move(page, to: .unsure) }
      try journal.move(page, to: .done)
      if let undoes { try journal.markUndone(undoes) }
    } catch {
      // The change is made whatever is noted of it; the next one finds that out by the hashes.
    }
  }
}
