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
    let file = try openFile()
    defer { close(file) }
    let text = lines.map { Self.safe($0) + "\n" }.joined()
    try WholeFile.append(Array(text.utf8), to: file, path: path)
  }

  private func openFile() throws(SystemError) -> Int32 {
    let flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var file = open(path, flags)
    if file < 0, errno == ENOENT {
      let directory = PathText(path).parent
      let code = DirectoryOwner.makeDirectory(directory)
      guard code == 0 || code == EEXIST else {
        throw SystemError(code: code, attempt: "create", path: directory)
      }
      file = open(path, flags | O_CREAT | O_EXCL, 0o600)
      if file >= 0 { DirectoryOwner.adopt(file, at: path) }
      // Somebody was faster, or it is a link to a file that does not exist yet.
      if file < 0, errno == EEXIST { file = open(path, flags | O_CREAT, 0o600) }
    }
    guard file >= 0 else { throw SystemError(code: errno, attempt: "write", path: path) }
    return file
  }

  /// A line without a control in it; U+FE0F stays, which the line for a waiting item has.
  private static func safe(_ line: String) -> String {
    line.unicodeScalars.split(separator: "\u{FE0F}", omittingEmptySubsequences: false)
      .map { Scrubber.scrub(String($0)) }
      .joined(separator: "\u{FE0F}")
  }
}
