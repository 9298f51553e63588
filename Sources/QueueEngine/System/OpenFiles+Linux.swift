#if os(Linux)
internal import CPlatform
internal import CLibrary

/// Who has the lock open, or a file that only workers write.
extension ProcessTable {
  /// Looks through the open files of a process, and of those of its threads that have their own.
  ///
  /// Openers of the lock go into the survey. Returned is what else it has open for writing.
  mutating func inspectFiles(
    of pid: Int32,
    path: String,
    line: [UInt8],
    _ pass: inout SurveyPass
  ) -> WrittenFiles {
    guard !pass.files.isEmpty else { return [] }
    guard let found = descriptors(of: pid, path: path, &pass) else { return [] }
    var written = note(found, pid, path: path, line: line, &pass)
    for thread in loners(of: pid, path: path) {
      let path = "\(pid)/task/\(thread)"
      if let found = descriptors(of: pid, path: path, &pass) {
        written.formUnion(note(found, pid, path: path, line: line, &pass))
      }
    }
    return written
  }

  /// The descriptors that lead to one of the files, however many; `nil` where they may not be seen.
  private func descriptors(
    of pid: Int32,
    path: String,
    _ pass: inout SurveyPass
  ) -> [platform_descriptor]? {
    var found = [platform_descriptor](repeating: platform_descriptor(), count: 16)
    while true {
      let count = platform_find_descriptors(
        directory,
        path,
        pass.files,
        Int32(pass.files.count),
        &found,
        Int32(found.count)
      )
      if count > found.count {
        found = Array(repeating: platform_descriptor(), count: Int(count) * 2)
        continue
      }
      guard count < 0 else { return Array(found.prefix(Int(count))) }
      // One that has ended meanwhile has nothing open any more.
      var facts = platform_file_facts()
      if count != -ENOENT, count != -ESRCH, platform_stat(directory, "\(pid)", &facts) == 0 {
        if facts.owner == geteuid() {
          pass.survey.uninspected.ownCount += 1
        } else {
          pass.survey.uninspected.foreignCount += 1
          pass.users.insert(facts.owner)
        }
      }
      return nil
    }
  }

  /// The threads that have a table of open files of their own.
  private mutating func loners(of pid: Int32, path: String) -> [Int32] {
    var facts = platform_file_facts()
    guard platform_stat(directory, "\(pid)/task", &facts) == 0, facts.links > 3 else { return [] }
    let main = path.split(separator: "/").last.flatMap { Int32($0) } ?? pid
    return threads(of: pid).filter { $0 != main && platform_shares_descriptors(main, $0) != 1 }
  }

  private mutating func note(
    _ found: [platform_descriptor],
    _ pid: Int32,
    path: String,
    line: [UInt8],
    _ pass: inout SurveyPass
  ) -> WrittenFiles {
    var written: WrittenFiles = []
    for descriptor in found {
      guard let (mode, hasLock) = opening(path: path, descriptor: descriptor.descriptor) else {
        continue
      }
      if let kind = pass.kinds[Int(descriptor.file)] {
        if mode == .writing { written.insert(kind) }
        continue
      }
      guard let status = status(of: path) else { continue }
      let facts = facts(
        pid,
        line: line,
        startTicks: status.startTicks,
        pattern: pass.question.pattern
      )
      pass.survey.openers.append(FileOpener(process: facts, mode: mode, hasLock: hasLock))
    }
    return written
  }

  /// What a descriptor was opened for, and whether a kernel lock belongs to it.
  private mutating func opening(
    path: String,
    descriptor: Int32
  ) -> (mode: FileOpener.Mode, hasLock: Bool)? {
    let text = String(decoding: contents(of: "\(path)/fdinfo/\(descriptor)"), as: UTF8.self)
    guard !text.isEmpty else { return nil }
    var mode = FileOpener.Mode.looking
    var hasLock = false
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.first == "flags:", let flags = words.last.flatMap({ Int32($0, radix: 8) }) {
        let isPathOnly = flags & 0o10000000 != 0
        mode = isPathOnly ? .looking : flags & O_ACCMODE == O_RDONLY ? .reading : .writing
      }
      // A lease is listed here as well, and holds nothing.
      if words.first == "lock:", line.contains("ADVISORY") { hasLock = true }
    }
    return (mode, hasLock)
  }

  /// Whether a process has the lock mapped into its memory.
  mutating func hasMapped(_ pid: Int32, _ pass: SurveyPass) -> Bool {
    guard let file = pass.question.file else { return false }
    let maps = contents(of: "\(pid)/maps")
    let inode = Array(" \(file.inode) ".utf8)
    // Of most processes the number stands nowhere, and their maps are long.
    guard platform_contains(maps, maps.count, inode, inode.count) else { return false }
    let place = Self.device(file.device) + inode
    // 7f0c4a000000-7f0c4a001000 r--s 00000000 fe:00 16221344                   /home/u/file
    return maps.split(separator: UInt8(ascii: "\n")).contains { line in
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
      guard words.count > 4 else { return false }
      let number = [UInt8(ascii: " ")] + words[4] + [UInt8(ascii: " ")]
      return number.elementsEqual(inode)
        && (pass.question.matchesAnyDevice || (words[3] + number).elementsEqual(place))
    }
  }
}
#endif
