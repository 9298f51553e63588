internal import CLibrary

/// A small text of our own in the state directory, replaced whole by a rename.
///
/// It is not synced: what it would say is learned again. Damaged, it is as if never written.
struct StateNote: Sendable {
  let directory: StateDirectory
  let name: String

  /// What it says; `nil` where there is none.
  func load() -> String? {
    do {
      let bytes = try OpenFile(path: directory.path(of: name)).read(at: 0, count: 1 << 16)
      return String(validating: bytes, as: UTF8.self)
    } catch {
      return nil  // Nothing is known; saving will tell if the directory cannot be used.
    }
  }

  func save(_ text: String) throws(SystemError) {
    try directory.create()
    let path = directory.path(of: name)
    let draft = directory.path(of: FileReplacementDraft.uniqueName())
    var file = try NewFile(creatingAt: draft)
    try file.write(Array(text.utf8))
    guard rename(draft, path) == 0 else {
      throw SystemError(code: errno, attempt: "write", path: path)
    }
    file.keep()
  }

  /// Takes it away.
  func remove() { unlink(directory.path(of: name)) }
}
