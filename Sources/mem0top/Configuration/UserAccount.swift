internal import CLibrary

/// The user that runs the program, as the system's table of users has it.
enum UserAccount {
  /// The home directory; `nil` where the table has no such user.
  static var homeDirectory: String? {
    guard let entry = getpwuid(getuid()), let path = entry.pointee.pw_dir else { return nil }
    return String(cString: path)
  }
}
