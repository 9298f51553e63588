internal import CLibrary

/// The names in a directory, those of the directory itself and of its parent left out.
enum DirectoryNames {
  /// Lists a directory, in no order; one that does not exist has no names.
  static func list(_ path: String) throws(SystemError) -> [String] {
    guard let stream = opendir(path) else {
      if errno == ENOENT { return [] }
      throw SystemError(code: errno, attempt: "list", path: path)
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw SystemError(code: errno, attempt: "list", path: path) }
    return names
  }
}
