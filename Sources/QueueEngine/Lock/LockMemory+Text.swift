/// What was learned of a lock file as a few lines of text, as our own state directory keeps it.
///
/// A text that is damaged or of another version is the same as one that was never written.
extension LockMemory {
  private static let header = "mem0top lock memory 2"

  /// The memory as lines of a name and its values, the last of which says that it is complete.
  var text: String {
    let birth = identity.birthNanoseconds.map { "\($0)" } ?? "-"
    var lines = [
      Self.header,
      "file \(identity.device) \(identity.inode) \(birth)",
      "content \(modifiedNanoseconds)",
      "sighted \(sighting.bootID) \(sighting.suspended.wholeSeconds) "
        + "\(sighting.uptime.wholeSeconds) \(sighting.age.wholeSeconds)",
      "flock \(isUsedWithFlock)",
      "comings \(comings.count)",
    ]
    if let present = comings.present {
      let birth = present.identity.birthNanoseconds.map { "\($0)" } ?? "-"
      let work = present.work.map { "\($0.secondsSinceEpoch)" } ?? "-"
      lines.append(
        "present \(present.identity.device) \(present.identity.inode) \(birth) \(present.isOurs) \(work)"
      )
    }
    let mark: (String, ProcessMark) -> String = { "\($0) \($1.bootID) \($1.pid) \($1.startTicks)" }
    lines += owner.map { [mark("owner", $0)] } ?? []
    lines += descendants.map { mark("descendant", $0) }
    lines += flockers.map { mark("flocker", $0) }
    return (lines + ["end", ""]).joined(separator: "\n")
  }

  /// Reads what `text` wrote; `nil` for anything else.
  init?(text: String) {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    guard text.hasPrefix(Self.header + "\n"), lines.last == ["end"] else { return nil }
    let all: (Substring, Int) -> [[Substring]] = { name, count in
      lines.filter { $0.first == name && $0.count == count + 1 }.map { Array($0.dropFirst()) }
    }
    guard let file = all("file", 3).first.flatMap(Self.identity),
      let content = all("content", 1).first, let modified = Int64(content[0]),
      let sighting = all("sighted", 4).first.flatMap(Self.sighting),
      let flock = all("flock", 1).first.flatMap({ Bool(String($0[0])) }),
      let count = all("comings", 1).first.flatMap({ Int($0[0]) })
    else { return nil }
    self.init(
      identity: file,
      modifiedNanoseconds: modified,
      sighting: sighting,
      owner: all("owner", 3).first.flatMap(Self.owner),
      isUsedWithFlock: flock
    )
    descendants = all("descendant", 3).compactMap(Self.owner)
    flockers = all("flocker", 3).compactMap(Self.owner)
    comings.count = count
    comings.present = all("present", 5).first.flatMap(Self.present)
  }

  private static func identity(_ fields: [Substring]) -> FileIdentity? {
    let birth = Int64(fields[2])
    guard let device = UInt64(fields[0]), let inode = UInt64(fields[1]),
      birth != nil || fields[2] == "-"
    else { return nil }
    return FileIdentity(device: device, inode: inode, birthNanoseconds: birth)
  }

  private static func sighting(_ fields: [Substring]) -> Sighting? {
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
