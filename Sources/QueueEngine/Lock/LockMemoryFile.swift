internal import CLibrary

/// Keeps what was learned of a lock file in our own state directory, as a few lines of text.
///
/// A file that is missing, damaged or of another version is the same as one that was never written:
/// what it would say is learned again. It is replaced by a rename and not synced, for the same reason.
struct LockMemoryFile: Sendable {
  private static let header = "mem0top lock memory 1"

  let directory: StateDirectory

  private var path: String { directory.path(of: "lock.memory") }

  /// What was remembered; `nil` where there is nothing that makes sense.
  func load() -> LockMemory? {
    do {
      let file = try OpenFile(path: path)
      return Self.memory(in: try file.read(at: 0, count: 4096))
    } catch {
      return nil  // Nothing learned; saving will tell if the directory cannot be used.
    }
  }

  /// Replaces what is remembered.
  func save(_ memory: LockMemory) throws(SystemError) {
    try directory.create()
    let draft = directory.path(of: FileReplacementDraft.uniqueName())
    var file = try NewFile(creatingAt: draft)
    try file.write(Array(Self.text(of: memory).utf8))
    guard rename(draft, path) == 0 else {
      throw SystemError(code: errno, attempt: "write", path: path)
    }
    file.keep()
  }

  /// The memory as lines of a name and its values, the last of which says that it is complete.
  static func text(of memory: LockMemory) -> String {
    let birth = memory.identity.birthNanoseconds.map { "\($0)" } ?? "-"
    var lines = [
      header,
      "file \(memory.identity.device) \(memory.identity.inode) \(birth)",
      "content \(memory.modifiedNanoseconds) \(memory.isEmpty)",
      "sighted \(memory.sighting.bootID) \(memory.sighting.suspended.wholeSeconds)",
      "flock \(memory.isUsedWithFlock)",
    ]
    if let owner = memory.owner {
      lines.append("owner \(owner.bootID) \(owner.pid) \(owner.startTicks)")
    }
    return (lines + ["end", ""]).joined(separator: "\n")
  }

  /// Reads what `text(of:)` wrote; `nil` for anything else.
  static func memory(in bytes: [UInt8]) -> LockMemory? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    guard text.hasPrefix(header + "\n"), lines.last == ["end"] else { return nil }
    let fields: (Substring, Int) -> [Substring]? = { name, count in
      lines.first { $0.first == name && $0.count == count + 1 }.map { Array($0.dropFirst()) }
    }
    guard let file = fields("file", 3), let device = UInt64(file[0]), let inode = UInt64(file[1]),
      let content = fields("content", 2), let modified = Int64(content[0]),
      let isEmpty = Bool(String(content[1])),
      let sighted = fields("sighted", 2), let suspended = Int64(sighted[1]), suspended >= 0,
      let flock = fields("flock", 1).flatMap({ Bool(String($0[0])) })
    else { return nil }
    let birth = Int64(file[2])
    guard birth != nil || file[2] == "-" else { return nil }
    return LockMemory(
      identity: FileIdentity(device: device, inode: inode, birthNanoseconds: birth),
      modifiedNanoseconds: modified,
      isEmpty: isEmpty,
      sighting: .init(bootID: String(sighted[0]), suspended: .seconds(suspended)),
      owner: fields("owner", 3).flatMap(owner),
      isUsedWithFlock: flock
    )
  }

  private static func owner(_ fields: [Substring]) -> LockMemory.Owner? {
    guard let pid = Int32(fields[1]), let ticks = UInt64(fields[2]) else { return nil }
    return .init(bootID: String(fields[0]), pid: pid, startTicks: ticks)
  }
}
