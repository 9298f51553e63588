/// What causes that differ only in their figures have in common: ids, numbers, times and hosts become marks.
///
/// `timeout after 30 s` and `timeout after 31 s` are `timeout after ‹n› s`; the status of an answer stays,
/// because that is what tells causes apart.
package enum CausePattern {
  private static let edges: Set<Character> = [
    "(", ")", "[", "]", ",", ";", ":", ".", "\"", "'", "…",
  ]

  /// The pattern of a cause, one line.
  package static func of(_ cause: String) -> String {
    var words: [String] = []
    var before = ""
    for word in cause.split(separator: " ") {
      let start = word.prefix { edges.contains($0) }
      let end = word.dropFirst(start.count).reversed().prefix { edges.contains($0) }.reversed()
      let core = word.dropFirst(start.count).dropLast(end.count)
      let mark = mark(for: core, after: before, isFirst: words.isEmpty)
      words.append(start + (mark ?? String(core)) + String(end))
      before = String(core)
    }
    return words.joined(separator: " ")
  }

  /// The mark for a word that says which one it was; `nil` for one that says what it was.
  private static func mark(for word: Substring, after before: String, isFirst: Bool) -> String? {
    if word.contains("://") { return "‹host›" }
    guard let digit = word.first(where: \.isDigit) else { return isHost(word) ? "‹host›" : nil }
    if word.allSatisfy(\.isDigit) {
      let isStatus = word.count == 3 && (isFirst || before == "HTTP" || before == "http")
      return isStatus ? nil : "‹n›"
    }
    if isTime(word) { return "‹time›" }
    if isHost(word) { return "‹host›" }
    if isID(word) { return "‹id›" }
    // A number with its unit.
    guard word.first == digit, word.drop(while: \.isNumeral).allSatisfy(\.isLetter) else {
      return nil
    }
    return "‹n›" + word.drop(while: \.isNumeral)
  }

  private static func isTime(_ word: Substring) -> Bool {
    word.first?.isDigit == true && word.contains(":")
      && word.allSatisfy { $0.isNumeral || "-:TZ+".contains($0) }
      && !isHost(word)
  }

  /// A name with dots, or four numbers, perhaps with a port.
  private static func isHost(_ word: Substring) -> Bool {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard let name = parts.first, parts.count <= 2,
      parts.dropFirst().allSatisfy({ $0.allSatisfy(\.isDigit) })
    else { return false }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isInHostName) })
    else {
      return word.hasPrefix("localhost:")
    }
    if labels.count == 4, labels.allSatisfy({ $0.allSatisfy(\.isDigit) }) { return true }
    return labels.last.map { $0.count >= 2 && $0.allSatisfy(\.isLetter) } == true
  }

  /// A long one of hexadecimal digits, or a short one in parts, as `7f3a-12`.
  private static func isID(_ word: Substring) -> Bool {
    guard word.allSatisfy({ $0.isHexDigit || $0 == "-" }) else { return false }
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    return word.count >= 8 || parts.count > 1 && parts.allSatisfy { $0.contains(where: \.isDigit) }
  }
}

extension Character {
  fileprivate var isDigit: Bool { isASCII && isNumber }
  fileprivate var isNumeral: Bool { isDigit || self == "." }
  fileprivate var isInHostName: Bool { isASCII && (isLetter || isNumber || self == "-") }
}
