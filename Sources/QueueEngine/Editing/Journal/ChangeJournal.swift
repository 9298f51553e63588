internal import CLibrary

/// What we changed in a directory's files, kept so that a crash or a change of mind costs nothing.
///
/// Each change is a file of its own in our state directory, readable by its owner alone. It is on
/// disk before the changed file takes its place, so it also is the copy from which a dropped item
/// is restored. Whoever writes or moves entries holds the worker's lock, and with it the guard.
package struct ChangeJournal: Sendable {
  /// So many entries are kept, and so many bytes of them, of each of two kinds; the oldest go first, and
  /// that of the last copies of memories it is said.
  static let mostEntries = 2_000
  static let mostBytes = 64 << 20

  private let state: StateDirectory
  let path: String

  /// The journal of the directory in `settings`; nothing is created before the first entry.
  package init(settings: EngineSettings) {
    state = StateDirectory(settings: settings)
    path = state.path(of: "journal")
  }

  /// All entries, oldest first.
  func pages() throws(SystemError) -> [JournalPage] {
    try DirectoryNames.list(path).compactMap(JournalPage.init).sorted { $0.number < $1.number }
  }

  /// What an entry holds; `nil` where it is damaged.
  func entry(_ page: JournalPage) throws(SystemError) -> JournalEntry? {
    JournalEntry(try OpenFile(path: path(of: page)).readAll())
  }

  /// The latest entry that was made for a request over a link, among the last hundred.
  func page(ofRequest id: String) throws(SystemError) -> JournalPage? {
    try pages().suffix(100).reversed().first { page in
      // One that cannot be read was never synced, so its change was never made.
      guard let file = try? OpenFile(path: path(of: page)),
        let head = try? file.read(at: 0, count: 16 << 10)
      else { return false }
      return JournalEntry.request(in: head) == id
    }
  }

  /// Whether the change of an entry that nobody makes any more was made, by what the file holds; `nil` where
  /// that is neither what it held before nor what it was to hold.
  func wasMade(_ page: JournalPage) throws(SystemError) -> Bool? {
    guard let entry = try entry(page) else { return false }
    guard let content = try content(of: entry.file) else { return nil }
    if entry.before.matches(content) { return false }
    return entry.after.matches(content) ? true : nil
  }

  /// Writes down what is about to be done, and to which items, synced; only then may it be done.
  func begin(
    _ head: JournalEntry.Head,
    items: some Sequence<JournalEntry.Item>
  ) throws(SystemError) -> JournalTicket {
    try state.create()
    let code = DirectoryOwner.makeDirectory(path)
    guard code == 0 || code == EEXIST else {
      throw SystemError(code: code, attempt: "create", path: path)
    }
    let number = (try pages().last?.number ?? 0) + 1
    let page = JournalPage(number: number, kind: head.kind, state: .intent)
    var file = try NewFile(creatingAt: path(of: page))
    try JournalEntry.write(head, items) { piece throws(SystemError) in try file.write(piece) }
    try file.sync()
    try NewFile.syncDirectory(path)
    file.keep()
    return JournalTicket(journal: self, page: page, undoes: head.undoes)
  }

  /// Finds out what became of changes that a crash interrupted; returns what a person should know.
  func settle() throws(SystemError) -> [String] {
    var remarks: [String] = []
    for page in try pages() where page.state == .intent {
      // One that is not whole was never synced, so its change was never made.
      guard let entry = try entry(page) else {
        try remove(page)
        continue
      }
      let content = try content(of: entry.file)
      if let content, entry.before.matches(content) {
        try remove(page)
      } else if let content, entry.after.matches(content) {
        try move(page, to: .done)
        if let undone = entry.undoes { try markUndone(undone) }
      } else if let content, page.kind == .drop, Self.holdsAll(entry.items, content) {
        // The file took its new form as a whole or not at all, whatever others made of it since.
        try remove(page)
      } else {
        try move(page, to: .unsure)
        remarks.append(
          "the \(page.kind.rawValue) begun \(entry.agoText) was interrupted, and"
            + " \(PathText(entry.file).shownName) was changed since: look at it"
        )
      }
    }
    return remarks
  }

  /// Whether a file holds all of some items.
  private static func holdsAll(_ items: [JournalEntry.Item], _ content: [UInt8]) -> Bool {
    let identities = items.compactMap { ItemIdentity(ofItem: $0.bytes) }
    guard !items.isEmpty, identities.count == items.count else { return false }
    return ListFile.allCases.contains { list in
      guard let listing = try? ItemListing(content, of: list, file: "") else { return false }
      let places = listing.places(of: Set(identities))
      return identities.allSatisfy { places[$0] != nil }
    }
  }

  /// Says that a change was taken back.
  func markUndone(_ number: Int) throws(SystemError) {
    for page in try pages() where page.number == number && page.state == .done {
      try move(page, to: .undone)
    }
  }

  func move(_ page: JournalPage, to state: JournalPage.State) throws(SystemError) {
    var moved = page
    moved.state = state
    guard rename(path(of: page), path(of: moved)) == 0 else {
      throw SystemError(code: errno, attempt: "rename", path: path(of: page))
    }
  }

  func remove(_ page: JournalPage) throws(SystemError) {
    guard unlink(path(of: page)) == 0 || errno == ENOENT else {
      throw SystemError(code: errno, attempt: "remove", path: path(of: page))
    }
  }

  /// Removes the oldest entries beyond the bounds, never the newest; returns what was given up.
  ///
  /// A drop may be the last place of a memory: it goes for the sake of later drops only, never for a
  /// retry's. What was restored of it stays known for as long as it is there.
  func prune() throws(SystemError) -> [String] {
    var remarks: [String] = []
    let pages = try pages()
    let isDrop = { (page: JournalPage) in page.kind == .drop && page.state != .undone }
    let drops = try excess(of: pages.filter(isDrop))
    for page in drops {
      if let entry = try entry(page) {
        remarks.append(
          "the copies of \(entry.items.count) items dropped \(entry.agoText) were given up to stay"
            + " within \(Self.mostBytes >> 20) MiB"
        )
      }
      try remove(page)
    }
    let oldest = pages.first { isDrop($0) && !drops.contains($0) }?.number ?? .max
    let others = pages.filter { !isDrop($0) && ($0.kind != .restore || $0.number < oldest) }
    for page in try excess(of: others) { try remove(page) }
    return remarks
  }

  /// The oldest of some entries that are beyond the bounds; never the newest of them.
  private func excess(of pages: [JournalPage]) throws(SystemError) -> [JournalPage] {
    var (entries, bytes, excess) = (0, 0, [JournalPage]())
    for page in pages.reversed() {
      entries += 1
      bytes += try FileStamp.at(path(of: page)).size
      if entries > 1, entries > Self.mostEntries || bytes > Self.mostBytes { excess.append(page) }
    }
    return excess
  }

  private func path(of page: JournalPage) -> String { path + "/" + page.fileName }

  /// A file's content; `nil` where there is none to read.
  private func content(of file: String) throws(SystemError) -> [UInt8]? {
    do throws(SystemError) {
      return try OpenFile(path: file).readAll()
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }
}
