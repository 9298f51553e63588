/// A line of text that is being typed, with the place where the next character goes.
package struct TextEntry: Hashable, Sendable {
  /// More bytes are not taken: nobody types them, and each one is looked for in every item.
  private static let mostBytes = 256

  private var characters: [Character]
  /// How many characters stand before the place.
  package private(set) var cursor: Int

  package init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  package var text: String { String(characters) }
  package var isEmpty: Bool { characters.isEmpty }
  /// The part before the place.
  var beforeCursor: String { String(characters[..<cursor]) }
  /// The character at the place; `nil` at the end.
  var atCursor: Character? { cursor < characters.count ? characters[cursor] : nil }
  /// What follows that character.
  var afterCursor: String { String(characters.dropFirst(cursor + 1)) }

  /// Takes a character that can be seen; others are dropped.
  mutating func insert(_ character: Character) {
    let size = characters.reduce(character.utf8.count) { $0 + $1.utf8.count }
    guard size <= Self.mostBytes, !character.unicodeScalars.contains(where: CellWidth.isRefused)
    else { return }
    characters.insert(character, at: cursor)
    cursor += 1
  }

  /// Takes a pasted text; its line ends become blanks, so that they confirm nothing.
  mutating func insert(pasted text: String) {
    for character in text.prefix(Self.mostBytes) {
      insert(character.isNewline || character == "\t" ? " " : character)
    }
  }

  /// Replaces everything.
  mutating func replace(with text: String) {
    self = TextEntry(text)
  }

  /// Erases or moves, as the command says; others do nothing.
  mutating func edit(_ command: Command) {
    switch command {
    case .erase: remove(from: cursor - 1)
    case .eraseWord: remove(from: startOfWord)
    case .eraseLine: remove(from: 0)
    case .cursorLeft: cursor = max(cursor - 1, 0)
    case .cursorRight: cursor = min(cursor + 1, characters.count)
    case .cursorStart: cursor = 0
    case .cursorEnd: cursor = characters.count
    default: break
    }
  }

  private mutating func remove(from start: Int) {
    let start = max(start, 0)
    characters.removeSubrange(start..<cursor)
    cursor = start
  }

  /// Where the word before the place begins, the blanks after it included.
  private var startOfWord: Int {
    let before = characters[..<cursor]
    guard let last = before.lastIndex(where: { $0 != " " }) else { return 0 }
    return before[..<last].lastIndex(of: " ").map { $0 + 1 } ?? 0
  }
}

extension TextEntry {
  /// The text with its place marked, in so many columns; what does not fit is cut off at the start.
  func spans(columns: Int) -> [Span] {
    guard let character = atCursor else {
      return [
        Span(CellWidth.clippedAtStart(text, to: columns - 1)), Span("_", .accent, bold: true),
      ]
    }
    let marked = String(character)
    let before = CellWidth.clippedAtStart(beforeCursor, to: max(columns - CellWidth.of(marked), 0))
    let room = columns - CellWidth.of(before) - CellWidth.of(marked)
    var cursor = Span(marked, .accent, bold: true)
    cursor.style.isSelected = true
    return [Span(before), cursor, Span(CellWidth.clipped(afterCursor, to: room))]
  }
}
