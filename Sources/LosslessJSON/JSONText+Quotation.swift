extension JSONText {
  /// A text as a JSON string, quotation marks included.
  ///
  /// Only what must be escaped is, and DEL; all else stands as it is, in UTF-8.
  package static func quoted(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count + 2)
    appendQuoted(text, to: &result)
    return result
  }

  /// Puts the same string behind other bytes; most need no escape and are copied whole.
  package static func appendQuoted(_ text: String, to result: inout [UInt8]) {
    result.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { bytes in
      if bytes.contains(where: mustBeEscaped) {
        for byte in bytes { appendEscaped(byte, to: &result) }
      } else {
        result.append(contentsOf: bytes)
      }
    }
    result.append(UInt8(ascii: "\""))
  }

  private static func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func appendEscaped(_ byte: UInt8, to result: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""): result += Array("\\\"".utf8)
    case UInt8(ascii: "\\"): result += Array("\\\\".utf8)
    case UInt8(ascii: "\n"): result += Array("\\n".utf8)
    case UInt8(ascii: "\r"): result += Array("\\r".utf8)
    case UInt8(ascii: "\t"): result += Array("\\t".utf8)
    case 0..<0x20, 0x7F:
      let digits = String(byte, radix: 16)
      result += Array(("\\u00" + (byte < 16 ? "0" : "") + digits).utf8)
    default: result.append(byte)
    }
  }

  /// The same string as a text.
  package static func quotedText(_ text: String) -> String {
    String(decoding: quoted(text), as: UTF8.self)
  }
}
