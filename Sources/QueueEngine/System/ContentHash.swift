/// 128 bits that tell one content from another; against accidents, not against forgery.
///
/// Whoever could forge a content could as well write the file. `ContentHasher` says how it is made.
package struct ContentHash: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The hash of some bytes.
  package init(_ bytes: some Collection<UInt8>) {
    let whole = bytes.withContiguousStorageIfAvailable {
      ContentHasher.hash(UnsafeRawBufferPointer($0))
    }
    self = whole ?? Array(bytes).withUnsafeBytes { ContentHasher.hash($0) }
  }

  /// Whether it is the hash of some bytes, made as it is now or as it was made before it had lanes.
  func matches(_ bytes: [UInt8]) -> Bool {
    self == ContentHash(bytes) || self == bytes.withUnsafeBytes { ContentHasher.hashInOneLane($0) }
  }

  /// Half of it, where 64 bits do.
  var digest: UInt64 { high }

  /// Reads what `description` says; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
      let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// 32 hexadecimal digits.
  package var description: String { Self.digits(high) + Self.digits(low) }

  private static func digits(_ word: UInt64) -> String {
    String(word, radix: 16).zeroPadded(to: 16)
  }
}
