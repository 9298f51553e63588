/// A text to look for as bytes, with the case of ASCII letters ignored.
///
/// Plain bytes on purpose: a regular expression over 100 000 short texts takes longer than a key
/// press may, and can be made to take for ever.
package struct FoldedText: Hashable, Sendable {
  private let bytes: [UInt8]
  /// The text as it was written.
  package let text: String

  package init(_ text: some StringProtocol) {
    bytes = text.utf8.map(Self.folded)
    self.text = String(text)
  }

  package var isEmpty: Bool { bytes.isEmpty }

  /// Whether a text holds it somewhere.
  package func isContained(in text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable(isContained)
      ?? Array(text.utf8)
      .withUnsafeBufferPointer(isContained)
  }

  /// Where it stands in a text, one place behind the other; nowhere where it is empty.
  func ranges(in text: String) -> [Range<String.Index>] {
    guard !isEmpty else { return [] }
    let utf8 = text.utf8
    var ranges: [Range<String.Index>] = []
    var start = utf8.startIndex
    while let end = utf8.index(start, offsetBy: bytes.count, limitedBy: utf8.endIndex) {
      let isHere = utf8[start..<end].lazy.map(Self.folded).elementsEqual(bytes)
      // A text that is no whole characters is not cut there.
      if isHere, let low = start.samePosition(in: text), let high = end.samePosition(in: text) {
        ranges.append(low..<high)
        start = end
      } else {
        start = utf8.index(after: start)
      }
    }
    return ranges
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
