internal import CPlatform

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A file that appears under its name whole and synced, readable by its owner alone.
///
/// It is for files that do not exist yet, and for those of our own state, which nobody else writes;
/// what other programs write too goes through `FileReplacement`.
enum WholeFile {
  /// Creates the file; `false` where something has the name already.
  static func create(_ bytes: [UInt8], at path: String) throws(SystemError) -> Bool {
    try put(bytes, at: path) { platform_rename_exclusively($0, $1) }
  }

  /// Creates the file, or replaces it.
  static func replace(_ bytes: [UInt8], at path: String) throws(SystemError) {
    _ = try put(bytes, at: path) { rename($0, $1) == 0 ? 0 : -errno }
  }

  private static func put(
    _ bytes: [UInt8],
    at path: String,
    moving: (_ from: String, _ to: String) -> Int32
  ) throws(SystemError) -> Bool {
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    let draft =
      directory + FileReplacementDraft.namePrefix
      + String(UInt64.random(in: .min ... .max), radix: 16)
    do throws(SystemError) {
      try write(bytes, to: draft)
      let code = -moving(draft, path)
      if code == EEXIST {
        unlink(draft)
        return false
      }
      guard code == 0 else { throw SystemError(code: code, attempt: "create", path: path) }
    } catch {
      unlink(draft)
      throw error
    }
    try sync(directory)
    return true
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SystemError(code: errno, attempt: "create", path: path) }
    defer { close(file) }
    try append(bytes, to: file, path: path)
    guard fsync(file) == 0 else { throw SystemError(code: errno, attempt: "sync", path: path) }
  }

  /// Writes all bytes to an open file, in one call where the system lets us; `path` is for the error.
  static func append(
    _ bytes: [UInt8],
    to file: Int32,
    path: String
  ) throws(SystemError) {
    let code = bytes.withUnsafeBytes { buffer -> Int32 in
      var rest = buffer[...]
      while !rest.isEmpty {
        let step = systemWrite(file, UnsafeRawBufferPointer(rebasing: rest))
        if step < 0, errno != EINTR { return errno }
        if step == 0 { return ENOSPC }
        rest = rest.dropFirst(max(step, 0))
      }
      return 0
    }
    guard code == 0 else { throw SystemError(code: code, attempt: "write", path: path) }
  }

  private static func sync(_ path: String) throws(SystemError) {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    defer { close(directory) }
    // Some file systems cannot sync a directory and say so with EINVAL; there is nothing to do then.
    guard fsync(directory) == 0 || errno == EINVAL else {
      throw SystemError(code: errno, attempt: "sync", path: path)
    }
  }
}

/// The system's `write`, whose name `WholeFile` has for its own.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(file, bytes.baseAddress, bytes.count)
}
