/// What a lock file's bytes say about its owner.
///
/// The parse is strict, because a wrong number would let a live worker's lock be cleared: one
/// decimal number from 1 to the system's largest, with blanks around it, or `host:number`.
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
  package init(bytes: [UInt8], hostName: String, largest: Int32) {
    let text = Self.trimmed(bytes)
    if text.isEmpty {
      self = .none
    } else if let pid = Self.number(text, largest: largest) {
      self = .pid(pid)
    } else if let colon = text.lastIndex(of: UInt8(ascii: ":")),
      let host = Self.host(text[..<colon]),
      let pid = Self.number(text[text.index(after: colon)...], largest: largest)
    {
      self = Self.isSame(host, hostName) ? .pid(pid) : .foreign(host: host, pid: pid)
    } else {
      self = .invalid(Scrubber.scrub(bytes: text.prefix(40)))
    }
  }

  private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }),
      let last = bytes.lastIndex(where: { !isBlank($0) })
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

  /// Names are the same if they are equal, or one is the other without its domain.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.lowercased(), right.lowercased())
    return left == right || left.hasPrefix(right + ".") || right.hasPrefix(left + ".")
  }
}
