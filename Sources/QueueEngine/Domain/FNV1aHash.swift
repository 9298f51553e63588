/// The FNV-1a hash of 64 bits: the same for the same bytes in every run, unlike Swift's own.
///
/// It tells names and memories apart by accident only; contents of files are told by `ContentHash`.
struct FNV1aHash {
  /// The hash of all bytes that were taken.
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Takes further bytes.
  mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }

  /// The hash of one text.
  static func value(of text: String) -> UInt64 {
    var hash = FNV1aHash()
    hash.take(text.utf8)
    return hash.value
  }
}
