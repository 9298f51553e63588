internal import CLibrary
internal import CPlatform

/// The lock file on disk, looked at without touching it: never locked, never followed, never waited for.
struct LockFile: Sendable {
  /// What was found at the path.
  enum Look: Hashable {
    case absent
    case inaccessible(SystemError)
    case present(LockFileFacts)

    var facts: LockFileFacts? {
      if case .present(let facts) = self { facts } else { nil }
    }
  }

  let path: String

  /// The file's facts and its content, read through one descriptor so that they belong together.
  func look() -> Look {
    var found = platform_file_facts()
    let code = -platform_stat(AT_FDCWD, path, &found)
    guard code == 0 else {
      let error = SystemError(code: code, attempt: "look at", path: path)
      return error.isMissing ? .absent : .inaccessible(error)
    }
    var facts = LockFileFacts(found)
    guard facts.isOrdinary else { return .present(facts) }
    let descriptor = openForReading()
    guard descriptor >= 0 else {
      // Gone or replaced since; the next look sees what came.
      if errno == ENOENT { return .absent }
      facts.readProblem = String(cString: strerror(errno))
      return .present(facts)
    }
    defer { close(descriptor) }
    guard platform_stat_open(descriptor, &found) == 0 else { return .present(facts) }
    facts = LockFileFacts(found)
    guard facts.isOrdinary else { return facts.links == 0 ? .absent : .present(facts) }
    readContent(descriptor, into: &facts)
    return .present(facts)
  }

  /// The facts about the file system that the file lies on; local ones where there is no file.
  func fileSystem(_ table: inout ProcessTable) -> FileSystemFacts {
    let descriptor = openForReading()
    guard descriptor >= 0 else { return FileSystemFacts() }
    defer { close(descriptor) }
    var found = platform_file_facts()
    guard platform_stat_open(descriptor, &found) == 0 else { return FileSystemFacts() }
    return FileSystemFacts.current(descriptor: descriptor, mount: found.mount, &table)
  }

  /// A FIFO must not be waited for, a link not followed, a child not inherit the descriptor.
  ///
  /// Another mem0top that is just removing the file has a lease on it for less than a millisecond.
  private func openForReading() -> Int32 {
    var opened: Int32 = -1
    for _ in 0..<5 {
      opened = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
      if opened >= 0 || errno != EAGAIN { break }
      poll(nil, 0, 1)
    }
    return opened
  }

  private func readContent(_ descriptor: Int32, into facts: inout LockFileFacts) {
    let capacity = LockFileFacts.largestSize + 1
    var failure: Int32 = 0
    facts.bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
      while filled < capacity {
        let got = read(descriptor, buffer.baseAddress.map { $0 + filled }, capacity - filled)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    if failure != 0 { facts.readProblem = String(cString: strerror(failure)) }
    facts.size = max(facts.size, facts.bytes.count)
  }
}

extension LockFileFacts {
  fileprivate init(_ found: platform_file_facts) {
    self.init(
      identity: FileIdentity(
        device: found.device,
        inode: found.inode,
        birthNanoseconds: found.has_birth ? found.birth_ns : nil
      ),
      kind: Kind(mode: found.mode),
      size: Int(found.size),
      modifiedNanoseconds: found.modified_ns,
      owner: found.owner,
      links: Int(found.links)
    )
  }
}

extension LockFileFacts.Kind {
  fileprivate init(mode: UInt32) {
    switch mode & UInt32(S_IFMT) {
    case UInt32(S_IFREG): self = .regular
    case UInt32(S_IFLNK): self = .symbolicLink
    case UInt32(S_IFDIR): self = .directory
    case UInt32(S_IFIFO): self = .fifo
    default: self = .other
    }
  }
}
