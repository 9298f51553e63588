internal import LosslessJSON

/// Decoded texts that many items share, so that a few projects are a few strings in memory.
///
/// It remembers a fixed number of texts, one for each slot, and forgets the older of two that want
/// the same slot: a miss costs one more string, never a wrong one, and no file can make it grow.
struct TextCache {
  private struct Entry {
    let value: JSONValue
    let text: String
    let isBlank: Bool
  }

  private static let slotCount = 256
  private var slots = [Entry?](repeating: nil, count: slotCount)

  /// The text of a string, scrubbed, and whether it is empty or has white space in it.
  mutating func text(
    of value: JSONValue,
    in cursor: borrowing JSONCursor
  ) -> (text: String, isBlank: Bool) {
    let slot = Self.slot(of: cursor.rawBytes(of: value))
    if let entry = slots[slot], cursor.isEqual(entry.value, to: value) {
      return (entry.text, entry.isBlank)
    }
    let decoded = cursor.string(of: value)
    let entry = Entry(
      value: value,
      text: cursor.scrubbedText(of: value),
      isBlank: decoded.allSatisfy(\.isWhitespace)
    )
    slots[slot] = entry
    return (entry.text, entry.isBlank)
  }

  /// The slot for some bytes, by their number, the first of them and the last.
  private static func slot(of bytes: UnsafeRawBufferPointer) -> Int {
    guard bytes.count >= 8 else {
      return Int(bytes.reduce(0) { $0 &* 31 &+ $1 })
    }
    let first = bytes.loadUnaligned(as: UInt64.self)
    let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
    let mixture = (first ^ last &* 31 ^ UInt64(bytes.count)) &* 0x9E37_79B9_7F4A_7C15
    return Int(mixture >> 56)
  }
}
