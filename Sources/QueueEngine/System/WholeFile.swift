internal import CLibrary
internal import CPlatform

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
    let directory = PathText(path).parent
    let draft = directory + "/" + FileReplacementDraft.uniqueName()
    var file = try NewFile(creatingAt: draft)
    try file.write(bytes)
    try file.sync()
    let code = -moving(draft, path)
    if code == EEXIST { return false }
    guard code == 0 else { throw SystemError(code: code, attempt: "create", path: path) }
    file.keep()
    try NewFile.syncDirectory(directory)
    return true
  }

  /// Writes all bytes to an open file, 256 KiB in one call where the system lets us; `path` is for the error.
  static func append(
    _ bytes: [UInt8],
    to file: Int32,
    path: String
  ) throws(SystemError) {
    let code = NewFile.writeAll(bytes, to: file)
    guard code == 0 else { throw SystemError(code: code, attempt: "write", path: path) }
  }
}
