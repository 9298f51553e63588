internal import CLibrary

/// Where our own state about one watched directory lies: journal, copies, what was learned of a lock.
///
/// It is keyed by the resolved directory, so that two ways to the same place share their state. The
/// key is a hash, so that any path fits into one name, and ends in a part that a person recognises.
package struct StateDirectory: Hashable, Sendable {
  /// The absolute path of the directory; it need not exist yet.
  package let path: String

  /// The state that belongs to the directory in `settings`.
  package init(settings: EngineSettings) {
    self.init(root: settings.stateDirectory, watching: settings.directory)
  }

  /// The state under `root` that belongs to the directory `watched`.
  package init(root: String, watching watched: String) {
    // What does not exist (yet) is taken as it is written.
    path = root + "/" + Self.key(ofResolved: PathText(watched).resolved ?? watched)
  }

  /// The path of one file of the state.
  package func path(of name: String) -> String { path + "/" + name }

  /// Makes the directory, and those above it, open to nobody but its owner.
  package func create() throws(SystemError) {
    var made = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      made += made.isEmpty && part.isEmpty ? "/" : (made.hasSuffix("/") ? "" : "/") + part
      let code = DirectoryOwner.makeDirectory(made)
      // Some systems say first that a directory may not be made, and only then that it is there.
      guard code == 0 || code == EEXIST || access(made, F_OK) == 0 else {
        throw SystemError(code: code, attempt: "create", path: made)
      }
    }
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw SystemError(code: errno, attempt: "look at", path: path)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw SystemError(code: ENOTDIR, attempt: "use", path: path)
    }
    if status.st_mode & 0o077 != 0, chmod(path, 0o700) != 0 {
      throw SystemError(code: errno, attempt: "close to others", path: path)
    }
  }

  /// The name under which a resolved directory's state lies: `9c3e…-claude`.
  package static func key(ofResolved path: String) -> String {
    let digits = String(FNV1aHash.value(of: path), radix: 16).zeroPadded(to: 16)
    let name = path.split(separator: "/").last ?? "root"
    let readable = name.unicodeScalars.prefix(32).map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        ? Character(scalar) : "_"
    }
    return digits + "-" + String(readable)
  }
}
