#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Whole copies of the queue's files, from which one that another program destroyed is rebuilt.
///
/// They lie in our state directory, readable by their owner alone, 64 MiB in all, the oldest going
/// first. A copy's name says when it was taken, of which file, and the hash of what it holds: so the
/// same content is kept once, and a copy that a crash cut short is known for what it is. They are not
/// synced: what protects against a crash of the machine is the file itself.
package struct CopyStore: Sendable {
  /// So many bytes are kept; a file that is larger is not copied at all.
  static let mostBytes = 64 << 20

  /// One copy by its name: `1732945600000-dlq-9c3e….json`, or `….broken` for bytes that do not parse.
  struct Copy: Hashable {
    let milliseconds: Int64
    let list: ListFile
    let hash: ContentHash
    let isBroken: Bool

    var fileName: String {
      "\(milliseconds)-\(list.rawValue)-\(hash).\(isBroken ? "broken" : "json")"
    }

    /// When it was taken.
    var time: Timestamp { Timestamp(Double(milliseconds) / 1000) }
  }

  private let state: StateDirectory
  /// Where the copies lie.
  let path: String

  /// The copies of the directory in `settings`; nothing is created before the first one.
  package init(settings: EngineSettings) {
    state = StateDirectory(root: settings.stateDirectory, watching: settings.directory)
    path = state.path(of: "copies")
  }

  /// All copies, oldest first.
  func copies() throws(SystemError) -> [Copy] {
    try DirectoryNames.list(path).compactMap(Copy.init).sorted {
      $0.milliseconds < $1.milliseconds
    }
  }

  /// The path of a copy.
  func path(of copy: Copy) -> String { path + "/" + copy.fileName }

  /// What a copy holds; `nil` where it is not what it was.
  func bytes(of copy: Copy) throws(SystemError) -> [UInt8]? {
    let bytes = try OpenFile(path: path(of: copy)).readAll()
    return ContentHash(bytes) == copy.hash ? bytes : nil
  }

  /// Keeps a copy, unless the same content is kept; that one becomes the newest then.
  ///
  /// - Returns: the copy; `nil` where the content is too large to be kept.
  @discardableResult func keep(
    _ bytes: [UInt8],
    of list: ListFile,
    isBroken: Bool = false,
    at now: Timestamp = SystemClock.now
  ) throws(SystemError) -> Copy? {
    guard bytes.count <= Self.mostBytes else { return nil }
    try state.create()
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw SystemError(code: errno, attempt: "create", path: path)
    }
    let milliseconds = Int64((now.secondsSinceEpoch * 1000).rounded())
    let copy = Copy(
      milliseconds: milliseconds,
      list: list,
      hash: ContentHash(bytes),
      isBroken: isBroken
    )
    let kept = try copies()
    let same = kept.first {
      $0.list == list && $0.hash == copy.hash && $0.isBroken == isBroken
    }
    if let same {
      guard rename(path(of: same), path(of: copy)) == 0 else {
        throw SystemError(code: errno, attempt: "rename", path: path(of: same))
      }
      return copy
    }
    // Room first, so that the directory never holds more than it may.
    try makeRoom(for: bytes.count, among: kept)
    let file = try NewFile(creatingAt: path(of: copy))
    try file.write(bytes)
    if isBroken { try file.sync() }
    file.keep()
    return copy
  }

  private func makeRoom(for needed: Int, among kept: [Copy]) throws(SystemError) {
    var bytes = needed
    for copy in kept.reversed() {
      bytes += try FileStamp.at(path(of: copy)).size
      if bytes > Self.mostBytes, unlink(path(of: copy)) != 0 {
        throw SystemError(code: errno, attempt: "remove", path: path(of: copy))
      }
    }
  }
}

extension CopyStore.Copy {
  /// Reads a file name; `nil` for one that is none of ours.
  init?(fileName: String) {
    let parts = fileName.split(separator: ".")
    guard parts.count == 2, parts[1] == "json" || parts[1] == "broken" else { return nil }
    let words = parts[0].split(separator: "-")
    guard words.count == 3, let milliseconds = Int64(words[0]),
      let list = ListFile(rawValue: String(words[1])), let hash = ContentHash(words[2])
    else { return nil }
    self.init(
      milliseconds: milliseconds,
      list: list,
      hash: hash,
      isBroken: parts[1] == "broken"
    )
  }
}
