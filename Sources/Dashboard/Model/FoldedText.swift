/// A text to look for as bytes, with the case of ASCII letters ignored.
///
/// Plain bytes on purpose: a regular expression over 100 000 short texts takes longer than a key
/// press may, and can be made to take for ever.
package struct FoldedText: Hashable, Sendable {
  private let bytes: [UInt8]

  package init(_ text: some StringProtocol) {
    bytes = text.utf8.map(Self.folded)
  }

  package var isEmpty: Bool { bytes.isEmpty }

  /// Whether a text holds it somewhere.
  package func isContained(in text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable(isContained)
      ?? Array(text.utf8)
      .withUnsafeBufferPointer(isContained)
  }

  /// Whether a text begins with it.
  package func isPrefix(of text: some StringProtocol) -> Bool {
    text.utf8.lazy.map(Self.folded).starts(with: bytes)
  }

  /// A byte with an ASCII letter made small.
  static func folded(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  private func isContained(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first else { return true }
    var start = 0
    while start + bytes.count <= text.count {
      if Self.folded(text[start]) == first {
        var length = 1
        while length < bytes.count, Self.folded(text[start + length]) == bytes[length] {
          length += 1
        }
        if length == bytes.count { return true }
      }
      start += 1
    }
    return false
  }
}
