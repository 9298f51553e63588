/// Why a text is not JSON, with the byte where that shows.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the grammar asks for at the offset.
  package enum Reason: String, Sendable {
    case value = "expected a value"
    case object = "expected \"{\""
    case array = "expected \"[\""
    case key = "expected a key in quotation marks"
    case colon = "expected \":\""
    case commaOrBrace = "expected \",\" or \"}\""
    case commaOrBracket = "expected \",\" or \"]\""
    case closingQuote = "expected the closing quotation mark of a text"
    case escapedControl = "expected control characters inside a text to be escaped"
    case escape = "expected an escape such as \\n or \\u00e9"
    case digit = "expected a digit"
    case end = "expected the end of the file"
    case lessDepth = "expected at most 512 levels of nesting"
  }

  /// Offset of the offending byte; the length of the text where it ends too early.
  package let offset: Int
  /// What was expected there.
  package let reason: Reason
  /// The byte that stands there instead; `nil` at the end of the text.
  package let found: UInt8?

  /// Makes an error at an offset.
  package init(offset: Int, reason: Reason, found: UInt8?) {
    self.offset = offset
    self.reason = reason
    self.found = found
  }

  /// What was expected and what was found, in the words of a person, without the offset.
  package var description: String {
    "\(reason.rawValue), found \(foundText)"
  }

  private var foundText: String {
    switch found {
    case nil: "the end of the file"
    case 0x22?: "a quotation mark"
    case .some(let byte) where byte > 0x20 && byte < 0x7F:
      "\"\(Unicode.Scalar(byte))\""
    case .some(let byte):
      "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }
}
