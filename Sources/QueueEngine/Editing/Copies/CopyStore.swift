internal import CLibrary

/// Whole copies of the queue's files, from which one that another program destroyed is rebuilt.
///
/// They lie in our state directory, readable by their owner alone, 64 MiB and 500 in all, and as much again of
/// bytes that do not parse, the oldest going first; but the last good copy of each file stays, even
/// beyond that bound. A copy's name says when
/// it was taken, of which file, and the hash of what it holds: so the same content is kept once, and
/// a copy that a crash cut short is known for what it is. They are not synced: what protects against
/// a crash of the machine is the file itself. The old version of a large file itself
/// becomes the copy when a new one takes its name (`LinkedCopy`), because a queue may have 60 MB.
package struct CopyStore: Sendable {
  /// So many bytes are kept; a file that is larger is not copied at all.
  static let mostBytes = 64 << 20
  /// And so many copies, of the files and of bytes that do not parse.
  static let mostCopies = 500
  /// From this size on the old version itself becomes the copy.
  package static let leastLinked = 256 << 10

  /// One copy by its name: `1732945600000-dlq-9c3e….json`, or `….broken` for bytes that do not parse.
  struct Copy: Hashable {
    /// No clock of a person goes so far, and there is room to count on.
    fileprivate static let latest = Int64(1) << 53

    /// When it was taken, or later than that: each copy is later than those that were there.
    let milliseconds: Int64
    let list: ListFile
    let hash: ContentHash
    let isBroken: Bool

    var fileName: String {
      "\(milliseconds)-\(list.rawValue)-\(hash).\(isBroken ? "broken" : "json")"
    }

    /// When it was taken.
    var time: Timestamp { Timestamp(Double(milliseconds) / 1000) }

    /// Whether both hold the same content of the same file.
    func holdsSame(as other: Copy) -> Bool {
      list == other.list && hash == other.hash && isBroken == other.isBroken
    }
  }

  private let settings: EngineSettings
  private let state: StateDirectory
  /// Where the copies lie.
  let path: String

  /// The copies of the directory in `settings`; nothing is created before the first one.
  package init(settings: EngineSettings) {
    self.settings = settings
    state = StateDirectory(settings: settings)
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
    return copy.hash.matches(bytes) ? bytes : nil
  }

  /// Makes a list's file, as it is, the copy when a new version takes its name; `prune` is called then.
  ///
  /// - Returns: `nil` where it has to be written instead: it is small, and a program that has it open
  ///   and writes late would spoil the copy with it, or its file system knows no second names.
  func link(_ list: ListFile, _ hash: ContentHash) throws(SystemError) -> LinkedCopy? {
    let file = settings.path(of: list.file)
    guard Self.leastLinked...Self.mostBytes ~= (try FileStamp.at(file).size) else { return nil }
    return LinkedCopy(of: list, at: file, hash, for: self)
  }

  /// Moves an old version of a file, which lies beside it, to the copies.
  func adopt(_ path: String, _ name: LinkedCopy.Name) throws(SystemError) {
    try prepare()
    let time = Self.milliseconds(of: SystemClock.now, after: try copies().last)
    let copy = Copy(milliseconds: time, list: name.list, hash: name.hash, isBroken: false)
    try Self.makePrivate(path)
    if rename(path, self.path(of: copy)) == 0 { return }
    // The copies lie on another file system.
    try keep(OpenFile(path: path).readAll(), of: name.list)
    unlink(path)
  }

  /// Keeps a copy, unless the same content is kept; that one becomes the newest then.
  ///
  /// - Parameters:
  ///   - bytes: The content.
  ///   - list: The file that it is of.
  ///   - isBroken: Whether it does not parse; it is then synced.
  ///   - now: The present time.
  /// - Returns: the copy; `nil` where the content is too large to be kept.
  /// - Throws: the error of the system that kept it from being written.
  @discardableResult func keep(
    _ bytes: [UInt8],
    of list: ListFile,
    isBroken: Bool = false,
    at now: Timestamp = SystemClock.now
  ) throws(SystemError) -> Copy? {
    guard bytes.count <= Self.mostBytes else { return nil }
    try prepare()
    var kept = try copies()
    let copy = Copy(
      milliseconds: Self.milliseconds(of: now, after: kept.last),
      list: list,
      hash: ContentHash(bytes),
      isBroken: isBroken
    )
    if let same = kept.firstIndex(where: copy.holdsSame) {
      if try self.bytes(of: kept[same]) != nil {
        try move(kept[same], to: copy)
        return copy
      }
      // A crash cut it short: it holds not what its name says.
      try remove(kept.remove(at: same))
    }
    var file = try NewFile(creatingAt: path(of: copy))
    try file.write(bytes)
    if isBroken { try file.sync() }
    file.keep()
    // Only now that it is there: a crash must not leave neither the old copy nor the new one.
    try prune()
    return copy
  }

  private func prepare() throws(SystemError) {
    try state.create()
    let code = DirectoryOwner.makeDirectory(path)
    guard code == 0 || code == EEXIST else {
      throw SystemError(code: code, attempt: "create", path: path)
    }
  }

  /// Makes a file readable by its owner alone, if it is a plain file that has no other name.
  ///
  /// It lies in a directory that others may write to: what they put there is neither followed nor changed.
  private static func makePrivate(_ path: String) throws(SystemError) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError(code: errno, attempt: "open", path: path) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_nlink == 1
    else { throw SystemError(code: EINVAL, attempt: "keep", path: path) }
    fchmod(descriptor, 0o600)
  }

  /// A copy's place in the order: later than all that are kept, even where the clock was ahead once.
  private static func milliseconds(of now: Timestamp, after newest: Copy?) -> Int64 {
    let time = Int64((now.secondsSinceEpoch * 1000).rounded())
    return max(time, newest.map { $0.milliseconds + 1 } ?? time)
  }

  private func move(_ copy: Copy, to newer: Copy) throws(SystemError) {
    guard rename(path(of: copy), path(of: newer)) == 0 else {
      throw SystemError(code: errno, attempt: "rename", path: path(of: copy))
    }
  }

  func remove(_ copy: Copy) throws(SystemError) {
    guard unlink(path(of: copy)) == 0 || errno == ENOENT else {
      throw SystemError(code: errno, attempt: "remove", path: path(of: copy))
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
      milliseconds < Self.latest, let list = ListFile(rawValue: String(words[1])),
      let hash = ContentHash(words[2])
    else { return nil }
    self.init(
      milliseconds: milliseconds,
      list: list,
      hash: hash,
      isBroken: parts[1] == "broken"
    )
  }
}
