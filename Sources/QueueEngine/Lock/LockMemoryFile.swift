internal import CLibrary

/// Keeps what was learned of a lock file in our own state directory, as a few lines of text.
///
/// A file that is missing, damaged or of another version is the same as one that was never written:
/// what it would say is learned again. It is replaced by a rename and not synced, for the same reason.
struct LockMemoryFile: Sendable {
  private static let header = "mem0top lock memory 2"

  let directory: StateDirectory

  private var path: String { directory.path(of: "lock.memory") }

  /// What was remembered; `nil` where there is nothing that makes sense.
  func load() -> LockMemory? {
    do {
      let file = try OpenFile(path: path)
      return Self.memory(in: try file.read(at: 0, count: 1 << 16))
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
    let sighting = memory.sighting
    var lines = [
      header,
      "file \(memory.identity.device) \(memory.identity.inode) \(birth)",
      "content \(memory.modifiedNanoseconds)",
      "sighted \(sighting.bootID) \(sighting.suspended.wholeSeconds) "
        + "\(sighting.uptime.wholeSeconds) \(sighting.age.wholeSeconds)",
      "flock \(memory.isUsedWithFlock)",
      "comings \(memory.comings.count)",
    ]
    if let present = memory.comings.present {
      let birth = present.identity.birthNanoseconds.map { "\($0)" } ?? "-"
      let work = present.work.map { "\($0.secondsSinceEpoch)" } ?? "-"
      lines.append(
        "present \(present.identity.device) \(present.identity.inode) \(birth) \(present.isOurs) \(work)"
      )
    }
    let mark: (String, ProcessMark) -> String = { "\($0) \($1.bootID) \($1.pid) \($1.startTicks)" }
    lines += memory.owner.map { [mark("owner", $0)] } ?? []
    lines += memory.descendants.map { mark("descendant", $0) }
    lines += memory.flockers.map { mark("flocker", $0) }
    return (lines + ["end", ""]).joined(separator: "\n")
  }

  /// Reads what `text(of:)` wrote; `nil` for anything else.
  static func memory(in bytes: [UInt8]) -> LockMemory? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    guard text.hasPrefix(header + "\n"), lines.last == ["end"] else { return nil }
    let all: (Substring, Int) -> [[Substring]] = { name, count in
      lines.filter { $0.first == name && $0.count == count + 1 }.map { Array($0.dropFirst()) }
    }
    guard let file = all("file", 3).first.flatMap(identity),
      let content = all("content", 1).first, let modified = Int64(content[0]),
      let sighting = all("sighted", 4).first.flatMap(sighting),
      let flock = all("flock", 1).first.flatMap({ Bool(String($0[0])) }),
      let count = all("comings", 1).first.flatMap({ Int($0[0]) })
    else { return nil }
    var memory = LockMemory(
      identity: file,
      modifiedNanoseconds: modified,
      sighting: sighting,
      owner: all("owner", 3).first.flatMap(owner),
      isUsedWithFlock: flock
    )
    memory.descendants = all("descendant", 3).compactMap(owner)
    memory.flockers = all("flocker", 3).compactMap(owner)
    memory.comings.count = count
    memory.comings.present = all("present", 5).first.flatMap(present)
    return memory
  }

  private static func identity(_ fields: [Substring]) -> FileIdentity? {
    let birth = Int64(fields[2])
    guard let device = UInt64(fields[0]), let inode = UInt64(fields[1]),
      birth != nil || fields[2] == "-"
    else { return nil }
    return FileIdentity(device: device, inode: inode, birthNanoseconds: birth)
  }

  private static func sighting(_ fields: [Substring]) -> LockMemory.Sighting? {
    guard let suspended = Int64(fields[1]), let uptime = Int64(fields[2]),
      let age = Int64(fields[3]),
      suspended >= 0
    else { return nil }
    return .init(
      bootID: String(fields[0]),
      uptime: .seconds(uptime),
      suspended: .seconds(suspended),
      age: .seconds(age)
    )
  }

  private static func present(_ fields: [Substring]) -> LockComings.Present? {
    guard let identity = identity(fields), let isOurs = Bool(String(fields[3])) else { return nil }
    return .init(identity: identity, isOurs: isOurs, work: Double(fields[4]).map { Timestamp($0) })
  }

  private static func owner(_ fields: [Substring]) -> ProcessMark? {
    guard let pid = Int32(fields[1]), let ticks = UInt64(fields[2]) else { return nil }
    return .init(bootID: String(fields[0]), pid: pid, startTicks: ticks)
  }
}
