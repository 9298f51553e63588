/// A text that equals another one only if both have the same bytes in UTF-8.
///
/// Swift takes canonically equivalent texts for equal: "é" as one scalar and as two. To a server, a
/// file and every other program those are two ids and two memories, so whatever decides by an id
/// or a content whether an item stays, goes, or was sent compares it as this.
package struct ExactText: Hashable, Sendable {
  /// The text as it is.
  package let text: String

  /// Takes a text as it is.
  package init(_ text: String) {
    self.text = text
  }

  /// Whether the bytes are the same.
  package static func == (one: ExactText, other: ExactText) -> Bool {
    var (left, right) = (one.text, other.text)
    return left.withUTF8 { left in
      right.withUTF8 { right in
        left.count == right.count && left.indices.allSatisfy { left[$0] == right[$0] }
      }
    }
  }

  /// Hashes the bytes.
  package func hash(into hasher: inout Hasher) {
    var copy = text
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    // No text has this byte, so that of two texts in a row nobody can move the border.
    hasher.combine(0xFF as UInt8)
  }

  /// Whether it begins with the bytes of another text.
  package func hasPrefix(_ start: String) -> Bool { text.utf8.starts(with: start.utf8) }
}
