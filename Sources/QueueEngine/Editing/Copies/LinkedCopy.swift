internal import CLibrary

/// A large file of the queue under a second name beside it, from before a change until it is made.
///
/// The change gives the file's own name to a new version, and the old one then moves to the copies: not
/// a byte of it is written. Where the change is not made the second name goes with the value. One that a
/// kill has left lies where everybody finds it who changes the file next, from whatever state directory:
/// `remove(beside:)` takes it away as long as it is the file, and `Leftovers` moves it to the copies else.
struct LinkedCopy: ~Copyable {
  private let path: String
  private let name: Name
  private let store: CopyStore
  private var isSettled = false

  /// Gives a list's file, whose content has a hash, a second name; `nil` where it cannot have one.
  init?(of list: ListFile, at file: String, _ hash: ContentHash, for store: CopyStore) {
    // The system would give a name to a symbolic link itself.
    guard let resolved = PathText(file).resolved else { return nil }
    let name = Name(list: list, hash: hash)
    let path = PathText(resolved).parent + "/" + name.text
    guard link(resolved, path) == 0 else { return nil }
    self.path = path
    self.name = name
    self.store = store
  }

  deinit {
    if !isSettled { unlink(path) }
  }

  /// Moves the old version to the copies: the file's own name leads to another one now.
  mutating func settle() {
    isSettled = true
    // One that stays is moved by the next change.
    try? store.adopt(path, name)
  }

  /// Removes the second names of a file that are ours and lie beside it.
  static func remove(beside file: String) throws(SystemError) {
    guard let found = NamedFile(of: file), found.names > 1,
      let resolved = PathText(file).resolved
    else { return }
    let directory = PathText(resolved).parent
    for name in try DirectoryNames.list(directory) where Name(name) != nil {
      let path = directory + "/" + name
      guard NamedFile(of: path)?.isSame(as: found) == true else { continue }
      guard unlink(path) == 0 else {
        throw SystemError(code: errno, attempt: "remove", path: path)
      }
    }
  }
}

extension LinkedCopy {
  /// What the second name says: which list it is of, and the hash of its content.
  ///
  /// It is one of a draft's names too, so that versions of ours that know no more sweep it.
  struct Name {
    let list: ListFile
    let hash: ContentHash

    init(list: ListFile, hash: ContentHash) {
      self.list = list
      self.hash = hash
    }

    /// Reads a file name; `nil` for any other one.
    init?(_ name: String) {
      let digits = name.dropFirst(FileReplacementDraft.namePrefix.count)
      guard name.hasPrefix(FileReplacementDraft.namePrefix),
        let list = ListFile.allCases.first(where: { digits.first == Self.letter(of: $0) }),
        let hash = ContentHash(digits.dropFirst())
      else { return nil }
      self.init(list: list, hash: hash)
    }

    var text: String {
      FileReplacementDraft.namePrefix + String(Self.letter(of: list)) + hash.description
    }

    private static func letter(of list: ListFile) -> Character {
      switch list {
      case .queue: "a"
      case .deadLetters: "d"
      }
    }
  }
}
