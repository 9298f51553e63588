internal import QueueEngine

/// Which items' contents hold the texts that a filter asks for.
///
/// No list has contents in memory: they are looked through in the file, away from the screen, once for each
/// text and each reading of the list. Until then no content holds it.
package struct ContentMatches: Hashable, Sendable {
  /// What is to be found out.
  private struct Question: Hashable {
    let texts: Set<String>
    let reading: Int
  }

  private var asked: Question?
  private var found: [String: Set<ItemKey>] = [:]
  /// Whether no answer came yet since it was asked last.
  private(set) var isLooking = false

  package init() {}

  /// Whether an item's content holds a text, as far as that is known.
  func isHeld(_ text: FoldedText, by item: DeadLetter) -> Bool {
    found[text.text]?.contains(item.key) ?? false
  }

  /// Takes that texts are to be found in a reading of the list; `false` where they were asked for already.
  mutating func ask(_ texts: Set<String>, reading: Int) -> Bool {
    let question = Question(texts: texts, reading: reading)
    guard asked != question else { return false }
    asked = question
    isLooking = true
    return true
  }

  /// Takes what was found; an answer to an earlier question has other texts, and does no harm.
  mutating func take(_ found: [String: Set<ItemKey>]) {
    self.found = found
    isLooking = false
  }
}

extension Model {
  /// Has contents looked through where the filter asks for a text in them and the list or the text is another.
  mutating func askForContents() -> [Effect] {
    let texts = list.filter.contents
    guard !texts.isEmpty, list.contents.ask(texts, reading: list.reading) else { return [] }
    guard machineName == nil, replay == nil else {
      list.contents.take([:])
      note(.hint, "Contents are looked through on the machine itself, and not in a recording.")
      return []
    }
    return [.findContents(texts.sorted(), of: shownList)]
  }

  /// Takes which contents hold what was looked for.
  mutating func take(contents found: [String: Set<ItemKey>], of file: ListFile) {
    if file == .queue {
      queued.take(contents: found, at: now, causes: causes.ofQueue)
    } else {
      deadLetters.take(contents: found, at: now, causes: causes)
    }
  }
}
