/// The header that lets a server know a memory that is sent again.
enum IdempotencyKey {
  static let name = "Idempotency-Key"
  private static let mostBytes = 512

  /// The item's id as a header can carry it.
  ///
  /// What is not visible ASCII is percent-encoded, and so is `%`, so that no two ids become one.
  /// A key that grows longer than servers take is left out: the memory matters more.
  static func value(for id: String) -> String? {
    var value = ""
    for byte in id.utf8 {
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
        value.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        value += byte < 0x10 ? "%0" : "%"
        value += String(byte, radix: 16, uppercase: true)
      }
      if value.utf8.count > mostBytes { return nil }
    }
    return value.isEmpty ? nil : value
  }
}
