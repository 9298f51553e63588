/// Makes text from files, processes and the network safe to show in a terminal.
///
/// Controls, escape sequences, bidirectional overrides, invisible characters and invalid bytes
/// become visible marks (CWE-150, CVE-2021-42574). What is left cannot move the cursor, change a
/// colour, hide a character or reorder a line. A text that was told to be concealed, the configured
/// key, becomes `(key)`, also where a text was cut within it.
public enum Scrubber {
  /// Combining marks that one character keeps; a terminal cell holds no more.
  private static let mostMarks = 8

  /// From now on this text is shown and kept nowhere; one of less than four bytes would hide too much.
  package static func conceal(_ text: String) { ConcealedTexts.add(text) }

  /// The text without what is concealed, and else as it is: for what is cut before it is scrubbed.
  package static func concealing(_ text: String) -> String {
    ConcealedTexts.concealing(text.utf8).map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// The text with every harmful character replaced by a mark; harmless text comes back as it is.
  public static func scrub(_ text: String) -> String {
    if let concealed = ConcealedTexts.concealing(text.utf8) { return marked(bytes: concealed) }
    if text.utf8.allSatisfy(isPrintableASCII) { return text }
    return marked(bytes: text.utf8)
  }

  /// The bytes as text, with invalid UTF-8 shown as `\xNN` and every harmful character replaced.
  public static func scrub(bytes: some Collection<UInt8>) -> String {
    if let concealed = ConcealedTexts.concealing(bytes) { return marked(bytes: concealed) }
    return marked(bytes: bytes)
  }

  private static func marked(bytes: some Collection<UInt8>) -> String {
    let text =
      bytes.withContiguousStorageIfAvailable(marked) ?? Array(bytes).withUnsafeBufferPointer(marked)
    // What is left out may have stood within a text that is to be concealed.
    return concealing(text)
  }

  private static func marked(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if bytes.allSatisfy(isPrintableASCII) { return String(decoding: bytes, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 8)
    var marks = 0
    var place = 0
    while place < bytes.count {
      let plain = bytes[place...].prefix(while: isPrintableASCII)
      if !plain.isEmpty {
        result.append(contentsOf: plain)
        place = plain.endIndex
        marks = 0
        continue
      }
      var input = bytes[place...].makeIterator()
      var parser = Unicode.UTF8.ForwardParser()
      switch parser.parseScalar(from: &input) {
      case .valid(let sequence):
        append(sequence, to: &result, marks: &marks)
        place += sequence.count
      case .error(let length):
        marks = 0
        for byte in bytes[place...].prefix(length) {
          result += "\\x\(hex(UInt32(byte), digits: 2))".utf8
        }
        place += length
      case .emptyInput:
        place = bytes.count
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Adds one character, given by the bytes that encode it.
  private static func append(
    _ sequence: Unicode.UTF8.EncodedScalar,
    to result: inout [UInt8],
    marks: inout Int
  ) {
    let scalar = Unicode.UTF8.decode(sequence)
    switch scalar.value {
    case 0x20..<0x7F:
      marks = 0
      result += sequence
    case 0x00..<0x20:
      marks = 0
      result += controlPicture(scalar.value).utf8
    case 0x7F:
      marks = 0
      result += "\u{2421}".utf8
    case 0xFE0F:
      break  // Only asks for the emoji form of a character; the log's own ⏸️ has it.
    default:
      switch nature(of: scalar) {
      case .mark:
        marks += 1
        if marks <= mostMarks { result += sequence }
      case .harmful:
        marks = 0
        result += "\u{2039}U+\(hex(scalar.value, digits: 4))\u{203A}".utf8
      case .harmless:
        marks = 0
        result += sequence
      }
    }
  }

  private static func isPrintableASCII(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F
  }

  private enum Nature {
    case harmless, mark, harmful
  }

  private static func nature(of scalar: Unicode.Scalar) -> Nature {
    if scalar.properties.isDefaultIgnorableCodePoint { return .harmful }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: return .mark
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
      return .harmful
    default: return .harmless
    }
  }

  /// The picture of a C0 control: U+2400 stands for U+0000, and so on.
  private static func controlPicture(_ value: UInt32) -> String {
    String(Character(Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}"))
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    String(value, radix: 16, uppercase: true).zeroPadded(to: digits)
  }
}
