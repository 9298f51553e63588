/// Where a value stands in a text, and what it is; a few words, without the value's own bytes.
///
/// Ask the cursor that read it for what it says: `integer(of:)`, `decodedBytes(of:)` and so on.
package struct JSONValue: Hashable, Sendable {
  /// The types of JSON.
  package enum Kind: UInt8, Sendable {
    case object
    case array
    case string
    case number
    case `true`
    case `false`
    case null
  }

  /// The type of the value.
  package let kind: Kind
  /// Whether a string contains escapes, so that its bytes in the file are not its text.
  package let hasEscapes: Bool
  // Half-size offsets make a value two machine words, which functions return in registers.
  private let startOffset: UInt32
  private let endOffset: UInt32
  private let decodedLength: UInt32

  init(
    _ kind: Kind,
    start: Int,
    end: Int,
    decodedCount: Int = 0,
    hasEscapes: Bool = false
  ) {
    self.kind = kind
    self.hasEscapes = hasEscapes
    startOffset = UInt32(truncatingIfNeeded: start)
    endOffset = UInt32(truncatingIfNeeded: end)
    decodedLength = UInt32(truncatingIfNeeded: decodedCount)
  }

  /// Offset of the first byte; of a string, its opening quotation mark.
  package var start: Int { Int(startOffset) }
  /// Offset behind the last byte; of a string, behind its closing quotation mark.
  package var end: Int { Int(endOffset) }
  /// The length of a string in bytes of UTF-8 once decoded; 0 for other types.
  package var decodedCount: Int { Int(decodedLength) }
  /// The bytes of the value in the text.
  package var range: Range<Int> { start..<end }
}
