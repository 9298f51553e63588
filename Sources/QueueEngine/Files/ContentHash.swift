/// 128 bits that tell one content from another; against accidents, not against forgery.
///
/// Whoever could forge a content could as well write the file. Sixteen bytes are taken at a time,
/// because a queue may have 60 MB.
package struct ContentHash: Hashable, Sendable, CustomStringConvertible {
  private static let seeds: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03)

  private let high: UInt64
  private let low: UInt64

  /// The hash of some bytes.
  package init(_ bytes: some Collection<UInt8>) {
    let whole = bytes.withContiguousStorageIfAvailable { Self.mix(UnsafeRawBufferPointer($0)) }
    (high, low) = whole ?? Array(bytes).withUnsafeBytes { Self.mix($0) }
  }

  /// Reads what `description` says; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
      let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    (self.high, self.low) = (high, low)
  }

  /// 32 hexadecimal digits.
  package var description: String { Self.digits(high) + Self.digits(low) }

  private static func digits(_ word: UInt64) -> String {
    String(word, radix: 16).zeroPadded(to: 16)
  }

  private static func mix(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    var (one, other) = (seeds.0 ^ UInt64(bytes.count), seeds.1)
    var position = 0
    while position &+ 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      one = fold(one ^ word, seeds.0)
      other = fold(other &+ word, seeds.1) ^ word
      position &+= 8
    }
    var last: UInt64 = 0
    for byte in bytes[position...] { last = last << 8 | UInt64(byte) }
    return (fold(one ^ last, seeds.1), fold(other &+ last, seeds.0) ^ last)
  }

  private static func fold(_ word: UInt64, _ factor: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: factor)
    return product.high ^ product.low
  }
}
