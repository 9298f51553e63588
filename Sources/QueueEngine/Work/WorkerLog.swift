internal import CLibrary

/// The worker's log, to which lines are appended as cron would.
///
/// The file is opened anew each time, so that one that was rotated away is not written any more, and
/// the lines of a batch are written in one call, up to 256 KiB, so that those of two workers do not mix.
package struct WorkerLog: Sendable {
  private let path: String

  package init(settings: EngineSettings) {
    path = settings.path(of: \.log)
  }

  /// Appends lines, each made safe: a project's name cannot begin a line of its own or hide one.
  package func append(_ lines: [String]) throws(SystemError) {
    guard !lines.isEmpty else { return }
    let user = FileUser(ofFileAt: path)
    user.enter()
    defer { user.leave() }
    let file = try openFile(as: user.owner)
    defer { close(file) }
    let text = lines.map { Self.safe($0) + "\n" }.joined()
    try WholeFile.append(Array(text.utf8), to: file, path: path)
  }

  /// Opens the log, or makes it; a link that is not ours, and a file of several names, could be
  /// anybody's file in the log's place.
  private func openFile(as owner: uid_t) throws(SystemError) -> Int32 {
    let isLink = DanglingLink(at: path) == nil && PathText(path).isLink
    guard PathText(path).distrustedLink(of: owner) == nil else {
      throw SystemError(code: ELOOP, attempt: "write through a link that is not ours:", path: path)
    }
    let target = PathText(path).resolved ?? path
    let flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW
    var file = open(target, flags)
    if file < 0, errno == ENOENT {
      let directory = PathText(target).parent
      let code = DirectoryOwner.makeDirectory(directory)
      guard code == 0 || code == EEXIST else {
        throw SystemError(code: code, attempt: "create", path: directory)
      }
      file = open(target, flags | O_CREAT | O_EXCL, 0o600)
      // Somebody was faster.
      if file < 0, errno == EEXIST { file = open(target, flags) }
    }
    guard file >= 0 else { throw SystemError(code: errno, attempt: "write", path: path) }
    var facts = stat()
    let isPlain =
      fstat(file, &facts) == 0 && facts.st_mode & S_IFMT != S_IFDIR
      && (facts.st_mode & S_IFMT != S_IFREG || facts.st_nlink == 1)
    guard isPlain, !isLink || facts.st_uid == owner else {
      close(file)
      throw SystemError(
        code: EPERM,
        attempt: "write a file of several names or owners:",
        path: path
      )
    }
    return file
  }

  /// A line without a control in it; U+FE0F stays, which the line for a waiting item has.
  private static func safe(_ line: String) -> String {
    line.unicodeScalars.split(separator: "\u{FE0F}", omittingEmptySubsequences: false)
      .map { Scrubber.scrub(String($0)) }
      .joined(separator: "\u{FE0F}")
  }
}
