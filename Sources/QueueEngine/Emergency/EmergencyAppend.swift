internal import CLibrary

/// Adds items to the emergency file as any producer does: at its end, in one write, synced.
enum EmergencyAppend {
  /// So often the file is opened anew because it was taken in meanwhile.
  private static let mostTries = 5

  /// Writes items, one a line; no lock is needed.
  ///
  /// The file is ours, has one name and is no link, or nothing is written.
  static func append(_ items: [[UInt8]], settings: EngineSettings) throws(SystemError) {
    let path = settings.path(of: \.emergency)
    try FileUser.act(onFileAt: path) { () throws(SystemError) in
      for _ in 0..<mostTries where try attempt(items, on: path) { return }
      throw SystemError(code: EAGAIN, attempt: "append to", path: path)
    }
  }

  /// `false` where the file lost its name while we wrote: what it held then is not taken in.
  private static func attempt(_ items: [[UInt8]], on path: String) throws(SystemError) -> Bool {
    let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
    let file = open(path, flags, 0o600)
    guard file >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    defer { close(file) }
    DirectoryOwner.adopt(file, at: path)
    var facts = stat()
    guard fstat(file, &facts) == 0 else {
      throw SystemError(code: errno, attempt: "look at", path: path)
    }
    if facts.st_nlink == 0 { return false }
    let owner = FileUser(ofFileAt: path).owner
    guard EmergencyShelf.problem(with: facts, owner: owner) == nil else {
      throw SystemError(code: EPERM, attempt: "append to", path: path)
    }
    let size = Int(facts.st_size)
    try put(text(of: items, behind: lastByte(of: file, size)), into: file, of: size, path)
    let code = NewFile.sync(file)
    guard code == 0 else { throw SystemError(code: code, attempt: "sync", path: path) }
    if size == 0 { try NewFile.syncDirectory(PathText(path).parent) }
    return fstat(file, &facts) != 0 || facts.st_nlink > 0
  }

  /// Writes in one call; what was written of a text that does not fit is taken back.
  private static func put(
    _ bytes: [UInt8],
    into file: Int32,
    of size: Int,
    _ path: String
  ) throws(SystemError) {
    if NewFile.exceedsLimit(size + bytes.count) {
      throw SystemError(code: EFBIG, attempt: "append to", path: path)
    }
    var count = write(file, bytes, bytes.count)
    while count < 0, errno == EINTR { count = write(file, bytes, bytes.count) }
    if count == bytes.count { return }
    let code = count < 0 ? errno : ENOSPC
    var facts = stat()
    // Behind what another producer has added meanwhile it stays, as a line that is no item.
    if count > 0, fstat(file, &facts) == 0, Int(facts.st_size) == size + count {
      _ = ftruncate(file, off_t(size))
    }
    throw SystemError(code: code, attempt: "append to", path: path)
  }

  /// The lines; a producer that died in its line must not spoil the first of them.
  private static func text(of items: [[UInt8]], behind last: UInt8?) -> [UInt8] {
    let lineEnd = UInt8(ascii: "\n")
    let start = last == nil || last == lineEnd ? [] : [lineEnd]
    return start + items.flatMap { $0 + [lineEnd] }
  }

  private static func lastByte(of file: Int32, _ size: Int) -> UInt8? {
    var byte: UInt8 = 0
    return size > 0 && pread(file, &byte, 1, off_t(size - 1)) == 1 ? byte : nil
  }
}
