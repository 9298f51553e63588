/// Who else can read the memories, by the modes of the directory and its files.
enum FilePrivacy {
  /// A remark for each file that others can read, with the command that closes it.
  ///
  /// In a directory that is closed to others the modes of its files do not matter.
  static func remarks(
    directoryMode: UInt32,
    files: [(name: String, mode: UInt32)]
  ) -> [String] {
    guard directoryMode & 0o011 != 0 else { return [] }
    return files.filter { $0.mode & 0o066 != 0 }.map { name, mode in
      let digits = String(mode & 0o7777, radix: 8)
      return "other users can \(mode & 0o022 == 0 ? "read" : "read or write") \(name) (mode"
        + " \(digits)): close it with chmod 600"
    }
  }
}
