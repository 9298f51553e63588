internal import QueueEngine

/// The header that lets a server know a memory that is sent again.
enum IdempotencyKey {
  static let name = "Idempotency-Key"
  private static let mostBytes = 512

  /// The item's id as a header can carry it.
  ///
  /// What is not visible ASCII is percent-encoded, and so is `%`, so that no two ids become one.
  /// Where memories share an id, each gets a key of its own: else the server would drop the second as
  /// a repetition of the first. A key that grows longer than servers take is left out: the memory matters more.
  static func value(for memory: Memory) -> String? {
    var value = ""
    for byte in memory.id.utf8 {
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
        value.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        value += byte < 0x10 ? "%0" : "%"
        value += String(byte, radix: 16, uppercase: true)
      }
      if value.utf8.count > mostBytes { return nil }
    }
    // No encoded id holds this sign.
    if let distinction = memory.distinction { value += "%~" + String(distinction, radix: 16) }
    return value.isEmpty || value.utf8.count > mostBytes ? nil : value
  }
}
