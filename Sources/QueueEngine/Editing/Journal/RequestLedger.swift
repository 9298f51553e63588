internal import CLibrary

/// The actions that were asked for over links, each under an id that nobody else uses.
///
/// A link may be cut while an action is under way, and whoever asked must learn what became of it
/// without doing it twice. So an id is a file in our state directory: who creates it decides whether the
/// action runs or never will. Whoever carries it out keeps the file locked until its outcome is noted in
/// it, so that its end is seen, however it ends; what was begun and not noted the journal tells.
package struct RequestLedger: Sendable {
  /// What is known of an id.
  package enum Standing: Hashable, Sendable {
    /// It has not begun, and will not any more.
    case withdrawn
    /// Somebody carries it out.
    case underWay
    /// It has ended; what was noted of it.
    case ended([UInt8])
    /// It was begun, and nobody carries it out any more: whether the journal has a change of its, where
    /// that can be told.
    case cut(hasChanged: Bool?)
  }

  /// So many ids are kept, and all that are younger than a day.
  private static let kept = 200
  private static let shortestLife = Duration.seconds(86_400)
  private static let withdrawn = Array("withdrawn\n".utf8)

  private let settings: EngineSettings
  private let state: StateDirectory
  private let path: String

  /// The ledger of the directory in `settings`; nothing is created before the first id.
  package init(settings: EngineSettings) {
    self.settings = settings
    state = StateDirectory(settings: settings)
    path = state.path(of: "requests")
  }

  /// Begins the action of an id; `nil` where the id is known already, and nothing may be done.
  ///
  /// One that `isJournaled` writes into the journal what it changes.
  package func begin(
    _ id: String,
    isJournaled: Bool
  ) throws(SystemError) -> RequestTicket? {
    let lock = try prepare()
    prune()
    let file = open(path(of: id), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      if errno == EEXIST { return nil }
      throw SystemError(code: errno, attempt: "create", path: path(of: id))
    }
    let ticket = RequestTicket(descriptor: file, path: path(of: id))
    flock(file, LOCK_EX | LOCK_NB)
    try ticket.note(Array((isJournaled ? "begun, journaled\n" : "begun\n").utf8))
    try NewFile.syncDirectory(path)
    lock.release()
    return ticket
  }

  /// Finds out what became of an id; one that has not begun is withdrawn by that.
  package func standing(of id: String) throws(SystemError) -> Standing {
    let lock = try prepare()
    let standing = try standingNow(of: id)
    lock.release()
    guard case .cut(let hasChanged) = standing, hasChanged != nil else { return standing }
    return .cut(hasChanged: try journalHas(id))
  }

  private func standingNow(of id: String) throws(SystemError) -> Standing {
    let created = open(path(of: id), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    if created >= 0 {
      try RequestTicket(descriptor: created, path: path(of: id)).note(Self.withdrawn)
      try NewFile.syncDirectory(path)
      return .withdrawn
    }
    let file = try OpenFile(path: path(of: id))
    let descriptor = open(path(of: id), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw SystemError(code: errno, attempt: "open", path: path(of: id))
    }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return .underWay }
    let lines = try file.readAll().split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    if lines.first.map({ $0 + [UInt8(ascii: "\n")] }) == Self.withdrawn[...] { return .withdrawn }
    // A note that was cut short has no end.
    if lines.count == 2, lines[1].last == UInt8(ascii: "\n") { return .ended(Array(lines[1])) }
    let isJournaled = lines.first?.elementsEqual("begun, journaled".utf8) ?? false
    return .cut(hasChanged: isJournaled ? false : nil)
  }

  /// Whether the journal has a change that was made for an id; `nil` where that cannot be told.
  private func journalHas(_ id: String) throws(SystemError) -> Bool? {
    let journal = ChangeJournal(settings: settings)
    guard let page = try journal.page(ofRequest: id) else { return false }
    guard page.state == .intent else { return page.state == .unsure ? nil : true }
    if let wasMade = try journal.wasMade(page) { return wasMade }
    do throws(ActionError) {
      // Who has the lock finds out whether it was made.
      try CutWrite.complete(settings: settings)
    } catch {
      return nil
    }
    guard let settled = try journal.page(ofRequest: id) else { return false }
    return settled.state == .done || settled.state == .undone ? true : nil
  }

  private func prepare() throws(SystemError) -> StateDirectoryLock {
    try state.create()
    let code = DirectoryOwner.makeDirectory(path)
    guard code == 0 || code == EEXIST else {
      throw SystemError(code: code, attempt: "create", path: path)
    }
    return try StateDirectoryLock(state)
  }

  /// Forgets the oldest ids beyond the bound; who asks for one after a day is told that it was never begun.
  private func prune() {
    // A name that cannot be read or removed does no harm.
    guard let names = try? DirectoryNames.list(path), names.count > Self.kept else { return }
    let now = SystemClock.now
    for name in names {
      guard let stamp = try? FileStamp.at(path(of: name)) else { continue }
      if now - stamp.modifiedAt > Self.shortestLife { unlink(path(of: name)) }
    }
  }

  private func path(of id: String) -> String { path + "/" + id }
}

/// An id whose action is being carried out; it is locked until this is gone.
package final class RequestTicket: Sendable {
  private let descriptor: Int32
  private let path: String

  fileprivate init(descriptor: Int32, path: String) {
    (self.descriptor, self.path) = (descriptor, path)
  }

  deinit { close(descriptor) }

  /// Notes what became of it, in one line with its end, synced.
  package func note(_ line: [UInt8]) throws(SystemError) {
    var code = WholeWrite.write(line, to: descriptor)
    if code == 0 { code = NewFile.sync(descriptor) }
    guard code == 0 else { throw SystemError(code: code, attempt: "write", path: path) }
  }
}
