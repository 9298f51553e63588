internal import CLibrary
internal import CPlatform

/// A new version of a file that is written where the old one stands, because others lock that very file.
///
/// A kill can tear it. So the new version lies beside it, whole and synced, under a name that says
/// which content it replaces by which, until it is written: `finish` completes what a kill has left.
enum InPlaceWrite {
  /// The name of a version that waits to be written.
  struct Name {
    private static let prefix = FileReplacementDraft.namePrefix + "i"

    let list: ListFile
    let before: ContentHash
    let after: ContentHash

    init(list: ListFile, before: ContentHash, after: ContentHash) {
      (self.list, self.before, self.after) = (list, before, after)
    }

    /// Reads a file name; `nil` for any other one.
    init?(_ name: String) {
      let parts = name.dropFirst(Self.prefix.count).split(separator: "-")
      guard name.hasPrefix(Self.prefix), parts.count == 2, parts[1].utf8.count == 64,
        let list = ListFile(rawValue: String(parts[0])),
        let before = ContentHash(parts[1].prefix(32)), let after = ContentHash(parts[1].suffix(32))
      else { return nil }
      self.init(list: list, before: before, after: after)
    }

    var text: String { Self.prefix + list.rawValue + "-" + before.description + after.description }
  }

  /// Whether a new version of a list's file waits to be written.
  static func isWaiting(_ list: ListFile, _ settings: EngineSettings) -> Bool {
    guard let path = PathText(settings.path(of: list.file)).resolved,
      let names = try? DirectoryNames.list(PathText(path).parent)
    else { return false }
    return names.contains { Name($0)?.list == list }
  }

  /// Completes a write of a list's file that a kill has torn; the caller has the worker's lock.
  ///
  /// A file that parses has been written by somebody since, or not at all: then our version becomes a
  /// copy, from which `recover` could take what is missing. The bytes of one that does not are kept.
  static func finish(_ list: ListFile, _ settings: EngineSettings) throws(SystemError) {
    let given = settings.path(of: list.file)
    guard let path = PathText(given).resolved else { return }
    let directory = PathText(path).parent
    let user = FileUser(ofFileAt: given)
    user.enter()
    defer { user.leave() }
    for name in try DirectoryNames.list(directory) {
      guard let meant = Name(name), meant.list == list else { continue }
      let draft = directory + "/" + name
      let (new, old) = (try OpenFile(path: draft).readAll(), try OpenFile(path: path).readAll())
      let isOurs = meant.after.matches(new) && (try? ItemListing(new, of: list, file: name)) != nil
      if isOurs, !meant.before.matches(old), !meant.after.matches(old) {
        let isTorn = (try? ItemListing(old, of: list, file: name)) == nil
        try keep(isTorn ? old : new, of: list, isBroken: isTorn, settings, user)
        if isTorn { try write(new, to: path) }
      }
      guard unlink(draft) == 0 || errno == ENOENT else {
        throw SystemError(code: errno, attempt: "remove", path: draft)
      }
    }
  }

  private static func keep(
    _ bytes: [UInt8],
    of list: ListFile,
    isBroken: Bool,
    _ settings: EngineSettings,
    _ user: FileUser
  ) throws(SystemError) {
    // Our own state is ours, whosever the file is.
    user.leave()
    defer { user.enter() }
    try CopyStore(settings: settings).keep(bytes, of: list, isBroken: isBroken)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let opened = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    defer { close(opened) }
    // Who has it locked is at work on it.
    guard flock(opened, LOCK_EX | LOCK_NB) == 0, platform_lock_description(opened) == 0 else {
      throw SystemError(code: errno, attempt: "lock", path: path)
    }
    let code = NewFile.overwrite(opened, with: bytes)
    guard code == 0 else { throw SystemError(code: code, attempt: "write", path: path) }
  }
}
