internal import QueueEngine
internal import TOMLKit

/// A value as the file or the environment gives it, before a setting judges it.
enum ConfigurationValue: Hashable, Sendable {
  case text(String)
  case integer(Int)
  case boolean(Bool)
  case list([ConfigurationValue])
  case table([String: ConfigurationValue])
  /// A kind of value that no setting takes: a date, a fraction.
  case other(String)

  /// Copies a parsed TOML value.
  init(_ value: any TOMLValueConvertible) {
    if let text = value.string {
      self = .text(text)
    } else if let integer = value.int {
      self = .integer(integer)
    } else if let boolean = value.bool {
      self = .boolean(boolean)
    } else if let array = value.array {
      self = .list(array.map { ConfigurationValue($0) })
    } else if let table = value.table {
      self = .table(Self.members(of: table))
    } else {
      self = .other(value.debugDescription)
    }
  }

  /// Reads an environment variable: a TOML list or table where it looks like one, else plain text.
  init(environment text: String) {
    let isWritten = text.hasPrefix("[") || text.hasPrefix("{")
    self = (isWritten ? Self(toml: text) : nil) ?? .text(text)
  }

  /// Reads a value as it is written in the file; `nil` where that is none.
  init?(toml text: String) {
    guard let table = try? TOMLTable(string: "value = " + text), let value = table["value"] else {
      return nil
    }
    self.init(value)
  }

  /// The members of a TOML table.
  static func members(of table: TOMLTable) -> [String: ConfigurationValue] {
    var members: [String: ConfigurationValue] = [:]
    for (key, value) in table { members[key] = ConfigurationValue(value) }
    return members
  }

  /// The value as an error message quotes it.
  var quoted: String {
    switch self {
    case .text(let text): TOMLText.quoted(text)
    case .integer(let number): String(number)
    case .boolean(let isTrue): String(isTrue)
    case .list: "a list"
    case .table: "a table"
    case .other(let text): text
    }
  }
}

/// As JSON a value is what it is, its texts made safe to show.
extension ConfigurationValue: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text), .other(let text): try container.encode(Scrubber.scrub(text))
    case .integer(let number): try container.encode(number)
    case .boolean(let isTrue): try container.encode(isTrue)
    case .list(let items): try container.encode(items)
    case .table(let members): try container.encode(members)
    }
  }
}

/// Writes values as TOML.
enum TOMLText {
  /// A basic string with everything escaped that TOML or a terminal could misread.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          result += "\\u" + String(scalar.value, radix: 16, uppercase: true).zeroPadded(to: 4)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  static func list(_ items: [String]) -> String {
    "[" + items.map(quoted).joined(separator: ", ") + "]"
  }
}
