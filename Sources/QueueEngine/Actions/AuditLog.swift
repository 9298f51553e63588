internal import CLibrary

/// What was done to a directory's files on whose word, refusals included, one JSON line each.
///
/// It lies in our own state directory, readable by its owner alone. When it has grown beyond a
/// mebibyte it is renamed to `audit.log.1`, over the one before, so that it stays bounded.
public struct AuditLog: Sendable {
  private static let fileName = "audit.log"
  private static let largestSize = 1 << 20

  private let directory: StateDirectory

  /// The audit log of the directory in `settings`; nothing is created before the first entry.
  public init(settings: EngineSettings) {
    directory = StateDirectory(settings: settings)
  }

  /// The last entries, oldest first; lines that make no sense are left out.
  public func entries(last count: Int) -> [AuditEntry] {
    var entries: [AuditEntry] = []
    for name in [Self.fileName, Self.fileName + ".1"] where entries.count < count {
      // A log that does not exist, or that we may not read, has nothing to say.
      guard let bytes = try? OpenFile(path: directory.path(of: name)).readAll() else { continue }
      let lines = bytes.split(separator: UInt8(ascii: "\n")).suffix(count - entries.count)
      entries = lines.compactMap { AuditEntry(line: $0) } + entries
    }
    return entries
  }

  /// Appends an entry and syncs it.
  package func append(_ entry: AuditEntry) throws(SystemError) {
    try directory.create()
    let lock = try StateDirectoryLock(directory)
    let path = directory.path(of: Self.fileName)
    try rotate(path)
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let file = open(path, flags, 0o600)
    guard file >= 0 else { throw SystemError(code: errno, attempt: "write", path: path) }
    defer { close(file) }
    DirectoryOwner.adopt(file, at: path)
    // One call for the whole line, so that a crash can cut it short but not mix it with another; a
    // line that was cut off ends here.
    let bytes = Array(((try needsLineEnd(path) ? "\n" : "") + entry.line + "\n").utf8)
    let written = write(file, bytes, bytes.count)
    guard written == bytes.count, fsync(file) == 0 else {
      let code = written >= 0 && written < bytes.count ? ENOSPC : errno
      throw SystemError(code: code, attempt: "write", path: path)
    }
    lock.release()
  }

  private func rotate(_ path: String) throws(SystemError) {
    do throws(SystemError) {
      guard try FileStamp.at(path).size >= Self.largestSize else { return }
    } catch {
      if error.isMissing { return }
      throw error
    }
    guard rename(path, path + ".1") == 0 else {
      throw SystemError(code: errno, attempt: "rename", path: path)
    }
  }

  private func needsLineEnd(_ path: String) throws(SystemError) -> Bool {
    let file = try OpenFile(path: path)
    guard file.stamp.size > 0 else { return false }
    return try file.read(at: file.stamp.size - 1, count: 1) != [UInt8(ascii: "\n")]
  }
}
