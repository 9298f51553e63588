internal import CPlatform

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

extension FileReplacement {
  /// Makes a file that is not there yet appear whole, readable by nobody but its owner.
  ///
  /// - Returns: whether it was created; `false` where something has the name already.
  package static func create(path: String, bytes: [UInt8]) throws(FileReplacementError) -> Bool {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    let draft = directory + "/" + FileReplacementDraft.namePrefix + digits
    let shownName = FileReplacementTarget.shownName(of: path)
    do throws(SystemError) {
      let file = try NewFile(creatingAt: draft)
      try file.write(bytes)
      try file.sync()
      let code = -platform_rename_exclusively(draft, path)
      if code == EEXIST { return false }
      guard code == 0 else { throw SystemError(code: code, attempt: "create", path: path) }
      file.keep()
      try NewFile.syncDirectory(directory)
      return true
    } catch {
      throw FileReplacementError(creating: error, file: shownName)
    }
  }
}
