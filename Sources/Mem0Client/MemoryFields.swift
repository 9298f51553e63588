internal import QueueEngine

/// What a template may hold of a memory.
struct MemoryFields {
  let id: String
  let project: String
  let content: String
  /// When it was queued, as ISO 8601 in UTC; empty where that is not known.
  let created: String

  /// The template with every placeholder replaced, in one pass: what a memory says is no template.
  func filling(_ template: String, escape: (String) -> String) -> String {
    let values = ["id": id, "project": project, "content": content, "created": created]
    var result = ""
    var rest = template[...]
    while let start = rest.firstIndex(of: "{") {
      result += rest[..<start]
      rest = rest[start...]
      let name = rest.dropFirst().prefix { $0 != "}" && $0 != "{" }
      if name.endIndex < rest.endIndex, rest[name.endIndex] == "}", let value = values[String(name)]
      {
        result += escape(value)
        rest = rest[rest.index(after: name.endIndex)...]
      } else {
        result += "{"
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }

  /// The text as it stands within quotes in JSON.
  static func jsonEscaped(_ text: String) -> String {
    // A text can always be written.
    guard let json = try? JSONBody.text(of: text) else { return "" }
    return String(decoding: json.dropFirst().dropLast(), as: UTF8.self)
  }

  /// The text as it stands in a path or a query: all but letters, digits and `-._~` percent-encoded.
  static func percentEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII,
        Character(scalar).isLetter || Character(scalar).isNumber
          || "-._~".unicodeScalars.contains(scalar)
      {
        result.unicodeScalars.append(scalar)
      } else {
        result += "%" + String(byte, radix: 16, uppercase: true).zeroPadded(to: 2)
      }
    }
    return result
  }
}

extension MemoryFields {
  init(_ memory: Memory) {
    self.init(
      id: memory.id,
      project: memory.project,
      content: memory.content,
      created: memory.createdAt?.iso8601 ?? ""
    )
  }
}
