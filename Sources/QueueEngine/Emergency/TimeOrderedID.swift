/// Ids that begin with a time: those of one minute begin alike, so that a log, which has the first eight
/// characters of an id, does not tell them apart.
enum TimeOrderedID {
  /// Whether an id has the form of one: UUID of version 6 or 7 (RFC 9562), seconds or milliseconds since 1970,
  /// a ULID, a KSUID, or an ObjectId.
  static func hasForm(_ id: String) -> Bool {
    let text = Array(id.utf8)
    if text.count == 36, text[8] == UInt8(ascii: "-"), text[13] == UInt8(ascii: "-") {
      return isTimedVersion(text[14])
    }
    let isHex = text.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    switch text.count {
    case 24: return isHex
    case 32 where isHex: return isTimedVersion(text[12])
    case 26, 27: return text.allSatisfy { Character(Unicode.Scalar($0)).isLetterOrDigit }
    default: return text.count > 8 && text.allSatisfy { (48...57).contains($0) }
    }
  }

  private static func isTimedVersion(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "6") || byte == UInt8(ascii: "7")
  }
}

extension Character {
  fileprivate var isLetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
