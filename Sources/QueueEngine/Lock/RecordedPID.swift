internal import LosslessJSON

/// What a lock file's bytes say about its owner.
///
/// The parse is strict, because a wrong number would let a live worker's lock be cleared: one decimal
/// number from 1 to the system's largest, alone or with more lines after it (a host, a start), or as
/// `host:number`, `number@host`, `pid=number`, or in a JSON object with `pid` (and `host` or
/// `hostname`); blanks around it, and NULs at the end.
package enum RecordedPID: Hashable, Sendable {
  /// The file is empty, or blank.
  case none
  /// A process of this machine.
  case pid(Int32)
  /// A process of another machine.
  case foreign(host: String, pid: Int32)
  /// Something else, quoted for a person.
  case invalid(String)

  /// Reads the bytes of a lock file on the machine `hostName`.
  ///
  /// A further number in it may be another process: `isAlive` tells whether that lives, and then nobody
  /// knows whose the lock is.
  package init(
    bytes: [UInt8],
    hostName: String,
    largest: Int32,
    isAlive: (Int32) -> Bool
  ) {
    let text = Self.trimmed(bytes)
    guard !text.isEmpty else {
      self = .none
      return
    }
    if let (pid, host) = Self.owner(in: text, largest: largest, isAlive) {
      let isOurs = host.map { HostName.isSame($0, hostName) } ?? true
      self = isOurs ? .pid(pid) : .foreign(host: host ?? "", pid: pid)
    } else {
      self = .invalid(Scrubber.scrub(bytes: text.prefix(40)))
    }
  }

  /// Whether a file holds nothing, or a process id and nothing else: only such a one do we write into.
  static func isPlain(_ bytes: [UInt8]) -> Bool {
    let text = trimmed(bytes)
    return text.isEmpty || number(text, largest: .max) != nil
  }

  private static func owner(
    in text: ArraySlice<UInt8>,
    largest: Int32,
    _ isAlive: (Int32) -> Bool
  ) -> (pid: Int32, host: String?)? {
    if text.first == UInt8(ascii: "{") { return object(text, largest: largest) }
    let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      .map { trimmed(Array($0)) }
    guard let first = lines.first else { return nil }
    if let pid = number(first, largest: largest) {
      // A line after it names the machine, where it is a name and not a time.
      let others = lines.dropFirst()
      let isDoubtful = others.contains { line in
        number(line, largest: largest).map(isAlive) ?? false || names(line)
      }
      guard !isDoubtful else { return nil }
      let second = others.first
      return (pid, second.flatMap { host($0) }.flatMap { $0.first?.isLetter == true ? $0 : nil })
    }
    guard lines.count == 1 else { return nil }
    if let colon = first.lastIndex(of: UInt8(ascii: ":")), let host = host(first[..<colon]),
      let pid = number(first[(colon + 1)...], largest: largest)
    {
      return (pid, host)
    }
    if let sign = first.firstIndex(of: UInt8(ascii: "@")),
      let pid = number(first[..<sign], largest: largest), let host = host(first[(sign + 1)...])
    {
      return (pid, host)
    }
    guard let sign = first.firstIndex(of: UInt8(ascii: "=")),
      trimmed(Array(first[..<sign])).elementsEqual("pid".utf8),
      let pid = number(trimmed(Array(first[(sign + 1)...])), largest: largest)
    else { return nil }
    return (pid, nil)
  }

  /// Whether a line is a word with a value, which may name another process or machine.
  private static func names(_ line: ArraySlice<UInt8>) -> Bool {
    guard let sign = line.firstIndex(of: UInt8(ascii: "=")) else { return false }
    let word = String(decoding: trimmed(Array(line[..<sign])), as: UTF8.self).lowercased()
    return ["pid", "host", "node", "machine"].contains { word.contains($0) }
  }

  /// A JSON object with a process id and perhaps a machine; one that names two is not believed.
  private static func object(
    _ text: ArraySlice<UInt8>,
    largest: Int32
  ) -> (pid: Int32, host: String?)? {
    var pids: [Int32?] = []
    var hosts: [String] = []
    do {
      let source = try QueueFile(Array(text), file: "lock", remedy: "")
      _ = try source.read { (cursor, key) throws(JSONError) in
        let value = try cursor.readValue()
        let word = cursor.scrubbedText(of: key).lowercased()
        if word.contains("pid") {
          let isOwner = word == "pid"
          pids.append(isOwner ? cursor.integer(of: value).flatMap { Int32(exactly: $0) } : nil)
        } else if ["host", "node", "machine"].contains(where: word.contains) {
          hosts.append(value.kind == .string ? cursor.scrubbedText(of: value) : "")
        }
      }
    } catch {
      return nil
    }
    guard pids.count == 1, let pid = pids[0], (1...largest).contains(pid), Set(hosts).count < 2
    else {
      return nil
    }
    return (pid, hosts.first)
  }

  /// The text without blanks around it and without NULs at its end.
  private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }),
      let last = bytes.lastIndex(where: { !isBlank($0) && $0 != 0 }), first <= last
    else { return [] }
    return bytes[first...last]
  }

  private static func number(_ text: ArraySlice<UInt8>, largest: Int32) -> Int32? {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let first = text.first, first != UInt8(ascii: "0"), text.allSatisfy(digits.contains),
      let number = Int32(String(decoding: text, as: UTF8.self)), number <= largest
    else { return nil }
    return number
  }

  private static func host(_ text: ArraySlice<UInt8>) -> String? {
    guard !text.isEmpty, text.count <= 253 else { return nil }
    let isAllowed: (UInt8) -> Bool = { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return text.allSatisfy(isAllowed) ? String(decoding: text, as: UTF8.self) : nil
  }
}
