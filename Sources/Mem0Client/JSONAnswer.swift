internal import FoundationEssentials
internal import QueueEngine

/// The JSON body of an answer, as far as it is looked at.
enum JSONAnswer: Decodable, Equatable {
  case object([String: JSONAnswer])
  case array([JSONAnswer])
  case string(String)
  case bool(Bool)
  case null
  /// A number.
  case other

  /// Reads a whole body; `nil` where it is no JSON, or says two things under one name.
  init?(_ body: [UInt8]) {
    guard let answer = try? JSONDecoder().decode(JSONAnswer.self, from: Data(body)),
      !RepeatedMembers.areIn(body)
    else { return nil }
    self = answer
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let members = try? container.decode([String: JSONAnswer].self) {
      self = .object(members)
    } else if let elements = try? container.decode([JSONAnswer].self) {
      self = .array(elements)
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let flag = try? container.decode(Bool.self) {
      self = .bool(flag)
    } else if container.decodeNil() {
      self = .null
    } else {
      self = .other
    }
  }

  /// A member of an object.
  subscript(_ name: String) -> JSONAnswer? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  /// The text of a string.
  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The elements of an array.
  var elements: [JSONAnswer]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// What lies at a path of names and positions, `result.items.0.id`.
  func value(at path: String) -> JSONAnswer? {
    path.split(separator: ".").reduce(self) { value, step in
      guard let elements = value?.elements else { return value?[String(step)] }
      return Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
    }
  }

  /// Whether it says yes: true, or present at all; not false, null, or an empty text, list or object.
  var isAffirmative: Bool {
    switch self {
    case .bool(let flag): flag
    case .null: false
    case .string(let text): !text.isEmpty
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    case .other: true
    }
  }

  /// Whether this text stands in it anywhere, alone.
  func holds(_ text: ExactText) -> Bool {
    switch self {
    case .string(let string): ExactText(string) == text
    case .array(let elements): elements.contains { $0.holds(text) }
    case .object(let members): members.values.contains { $0.holds(text) }
    case .null, .bool, .other: false
    }
  }

  /// The list of results; older servers answer with the bare list.
  var results: [JSONAnswer]? { self["results"]?.elements ?? elements }

  /// Why the server refuses, in its own words, where a member of the usual names says so.
  ///
  /// `detail` may be a list of `{"loc":["body","user_id"],"msg":"…"}`, of which the first is taken.
  var reason: String? {
    for name in ["detail", "error", "message"] {
      guard let member = self[name] else { continue }
      if let text = member.text { return text }
      let first = member.elements?.first ?? member
      if let text = first["msg"]?.text {
        let place = first["loc"]?.elements?.last?.text.map { $0 + ": " }
        return (place ?? "") + text
      }
      if let text = first["message"]?.text { return text }
    }
    return nil
  }
}
