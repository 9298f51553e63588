/// Takes a text apart into words as a shell does, and expands nothing.
package enum ShellWords {
  /// The words; `nil` where a quotation mark has no end.
  package static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      switch (character, quote) {
      case (quote, _?): quote = nil
      case ("\\", nil):
        guard let next = rest.popFirst() else { return nil }
        word = (word ?? "") + String(next)
      case ("\\", "\""?) where rest.first.map { "\\\"$`".contains($0) } == true:
        word = (word ?? "") + String(rest.removeFirst())
      case ("'", nil), ("\"", nil):
        quote = character
        word = word ?? ""
      case (" ", nil), ("\t", nil), ("\n", nil):
        if let ended = word { words.append(ended) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}
