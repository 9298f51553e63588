internal import FoundationEssentials

/// Any JSON value, as messages between programs carry them.
enum JSONDocument: Hashable, Sendable {
  case null
  case truth(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONDocument])
  case object([String: JSONDocument])

  /// Reads a text; `nil` where it is no JSON.
  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSONDocument.self, from: Data(bytes)) else {
      return nil
    }
    self = value
  }

  /// The value that an encodable one is written as.
  init(encoding value: some Encodable) throws(CommandFailure) {
    guard let document = JSONDocument(Array(try Output.json(value).utf8)) else {
      throw .system("The JSON could not be read back.")
    }
    self = document
  }

  /// A member of an object; `nil` where there is none.
  subscript(key: String) -> JSONDocument? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }

  var truth: Bool? { if case .truth(let isTrue) = self { isTrue } else { nil } }

  var integer: Int? { if case .integer(let number) = self { number } else { nil } }

  var members: [String: JSONDocument]? {
    if case .object(let members) = self { members } else { nil }
  }
}

extension JSONDocument: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let isTrue = try? container.decode(Bool.self) {
      self = .truth(isTrue)
    } else if let integer = try? container.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONDocument].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONDocument].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .truth(let isTrue): try container.encode(isTrue)
    case .integer(let number): try container.encode(number)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .list(let list): try container.encode(list)
    case .object(let members): try container.encode(members)
    }
  }
}

extension JSONDocument: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral text: String) { self = .text(text) }

  init(integerLiteral number: Int) { self = .integer(number) }

  init(booleanLiteral isTrue: Bool) { self = .truth(isTrue) }

  init(arrayLiteral elements: JSONDocument...) { self = .list(elements) }

  init(dictionaryLiteral members: (String, JSONDocument)...) {
    self = .object(Dictionary(members) { $1 })
  }
}
