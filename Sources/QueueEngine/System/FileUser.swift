internal import CLibrary
internal import CPlatform

/// As whom files in a directory are used: root works in somebody else's directory as that person.
///
/// So nothing that root may write and they may not is reached through a link of theirs, and nothing
/// there belongs to root afterwards. For everybody but root nothing is done: their files are their
/// own. It holds for the calling thread, so it is entered and left without a suspension between.
struct FileUser {
  private let user: uid_t
  private let group: gid_t
  private let isOther: Bool

  /// The owner of the directory that a file lies in, or of the nearest one above it that is there.
  ///
  /// Where a person's link leads into a directory of root's, it is that person: it was they who named it.
  init(ofFileAt path: String) {
    var facts = stat()
    var directory = PathText(path).parent
    while geteuid() == 0, stat(directory, &facts) != 0, directory.count > 1 {
      directory = PathText(directory).parent
    }
    let isKnown = geteuid() == 0 && stat(directory, &facts) == 0
    if isKnown, facts.st_uid == 0, let link = Self.foreignLink(in: directory) {
      self.init(user: link.user, group: link.group)
    } else {
      self.init(user: isKnown ? facts.st_uid : 0, group: isKnown ? facts.st_gid : 0)
    }
  }

  /// Whose the first link on a path is that is not root's.
  private static func foreignLink(in path: String) -> (user: uid_t, group: gid_t)? {
    var part = ""
    for name in path.split(separator: "/") {
      part += "/" + name
      var facts = stat()
      guard lstat(part, &facts) == 0 else { return nil }
      if facts.st_mode & S_IFMT == S_IFLNK, facts.st_uid != 0 {
        return (facts.st_uid, facts.st_gid)
      }
    }
    return nil
  }

  init(user: uid_t, group: gid_t) {
    self.user = user
    self.group = group
    isOther = user != 0 && geteuid() == 0
  }

  /// Who the files belong to that are ours here.
  var owner: uid_t { isOther ? user : geteuid() }

  /// From here on files are used as that person.
  func enter() {
    if isOther, platform_use_files_as(user, group) != 0 { leave() }
  }

  /// From here on files are used as ourselves again.
  func leave() {
    if isOther { _ = platform_use_files_as(0, getegid()) }
  }

  /// Opens a file for reading as that person, also where only something is shown: root would follow a
  /// link of theirs to what they may not read.
  static func openForReading(_ path: String) -> Int32 {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let user = FileUser(ofFileAt: path)
    // Whoever is at work as somebody already goes on so.
    guard user.isOther, platform_uses_files_as_itself() else { return open(path, flags) }
    user.enter()
    let opened = open(path, flags)
    let code = errno
    user.leave()
    errno = code
    return opened
  }

  /// Uses files as that person.
  static func act<Result, Failure: Error>(
    onFileAt path: String,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let user = FileUser(ofFileAt: path)
    user.enter()
    defer { user.leave() }
    return try body()
  }
}
