extension JSONText {
  /// A text as a JSON string, quotation marks included.
  ///
  /// Only what must be escaped is, and DEL; all else stands as it is, in UTF-8.
  package static func quoted(_ text: String) -> [UInt8] {
    var result: [UInt8] = [UInt8(ascii: "\"")]
    result.reserveCapacity(text.utf8.count + 2)
    for byte in text.utf8 {
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
    result.append(UInt8(ascii: "\""))
    return result
  }

  /// The same string as a text.
  package static func quotedText(_ text: String) -> String {
    String(decoding: quoted(text), as: UTF8.self)
  }
}
