/// Makes text from files, processes and the network safe to show in a terminal.
///
/// Controls, escape sequences, bidirectional overrides, invisible characters and invalid bytes
/// become visible marks (CWE-150, CVE-2021-42574). What is left cannot move the cursor, change a
/// colour, hide a character or reorder a line.
public enum Scrubber {
  /// Combining marks that one character keeps; a terminal cell holds no more.
  private static let mostMarks = 8

  /// The text with every harmful character replaced by a mark; harmless text comes back as it is.
  public static func scrub(_ text: String) -> String {
    if text.utf8.allSatisfy(isPrintableASCII) { return text }
    return scrub(bytes: text.utf8)
  }

  /// The bytes as text, with invalid UTF-8 shown as `\xNN` and every harmful character replaced.
  public static func scrub(bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy(isPrintableASCII) { return String(decoding: bytes, as: UTF8.self) }
    var result = ""
    result.reserveCapacity(bytes.count)
    var marks = 0
    var rest = bytes[...]
    while let first = rest.first {
      let sequence = rest.prefix(sequenceLength(first))
      if let text = String(validating: sequence, as: UTF8.self),
        let scalar = text.unicodeScalars.first,
        text.unicodeScalars.count == 1
      {
        append(scalar, to: &result, marks: &marks)
        rest = rest.dropFirst(sequence.count)
      } else {
        marks = 0
        result += "\\x" + hex(UInt32(first), digits: 2)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String, marks: inout Int) {
    switch scalar.value {
    case 0x20..<0x7F:
      marks = 0
      result.unicodeScalars.append(scalar)
    case 0x00..<0x20:
      marks = 0
      result.unicodeScalars.append(controlPicture(scalar.value))
    case 0x7F:
      marks = 0
      result += "\u{2421}"
    case 0xFE0F:
      break  // Only asks for the emoji form of a character; the log's own ⏸️ has it.
    default:
      if isMark(scalar) {
        marks += 1
        if marks <= mostMarks { result.unicodeScalars.append(scalar) }
      } else {
        marks = 0
        if isHarmful(scalar) {
          result += "\u{2039}U+" + hex(scalar.value, digits: 4) + "\u{203A}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
  }

  private static func isPrintableASCII(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: return true
    default: return false
    }
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isDefaultIgnorableCodePoint { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
      return true
    default: return false
    }
  }

  /// The picture of a C0 control: U+2400 stands for U+0000, and so on.
  private static func controlPicture(_ value: UInt32) -> Unicode.Scalar {
    Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}"
  }

  /// How many bytes a UTF-8 sequence that begins with `first` claims to have.
  private static func sequenceLength(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    String(value, radix: 16, uppercase: true).zeroPadded(to: digits)
  }
}
