import TestSupport

/// Writes random JSON, with all the freedom that the grammar leaves.
struct RandomJSON {
  var generator: SeededGenerator
  /// Whether to write what Python does and the standard does not allow.
  var isPythonic = false
  /// Whether to write characters as pairs of surrogate escapes.
  var hasPairs = true

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  /// An object, so that every reader takes it.
  mutating func text() -> [UInt8] {
    Array((space() + object(depth: 0) + space()).utf8)
  }

  private mutating func value(depth: Int) -> String {
    switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &generator) {
    case 0: "true"
    case 1: "false"
    case 2: "null"
    case 3: number()
    case 4, 5: string()
    case 6: array(depth: depth + 1)
    default: object(depth: depth + 1)
    }
  }

  private mutating func object(depth: Int) -> String {
    var members: [String] = []
    for index in 0..<Int.random(in: 0..<6, using: &generator) {
      let key = isPythonic ? string() : "\"k\(index)\(string().dropFirst())"
      members.append(space() + key + space() + ":" + space() + value(depth: depth) + space())
    }
    return "{" + (members.isEmpty ? space() : members.joined(separator: ",")) + "}"
  }

  private mutating func array(depth: Int) -> String {
    var elements: [String] = []
    for _ in 0..<Int.random(in: 0..<6, using: &generator) {
      elements.append(space() + value(depth: depth) + space())
    }
    return "[" + (elements.isEmpty ? space() : elements.joined(separator: ",")) + "]"
  }

  private mutating func number() -> String {
    if isPythonic, Bool.random(using: &generator) {
      return ["NaN", "Infinity", "-Infinity", "1e400", "123456789012345678901234567890"]
        .randomElement(using: &generator) ?? "0"
    }
    let whole = Int.random(in: -100_000...100_000, using: &generator)
    return [
      "\(whole)", "\(whole).5", "\(whole)e2", "-0", "0.25", "1E-2", "1732945600.1234567",
    ].randomElement(using: &generator) ?? "0"
  }

  private mutating func string() -> String {
    var pieces = [
      "a", "Z", " ", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\u{E9}",
      "\u{20AC}",
      "\u{1F600}", "plain words in a row", "{", "]", ",", ":", "\u{7F}",
    ]
    if hasPairs { pieces.append("\\ud83d\\ude00") }
    if isPythonic { pieces += ["\\ud800", "\\udfff"] }
    let count = Int.random(in: 0..<8, using: &generator)
    let body = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    return "\"\(body)\""
  }

  private mutating func space() -> String {
    ["", "", "", " ", "\n", "\r\n", "\t  "].randomElement(using: &generator) ?? ""
  }
}
