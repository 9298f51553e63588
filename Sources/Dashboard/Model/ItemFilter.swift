package import QueueEngine

/// Which items are shown: words that all have to hold, in the language of the filter key.
///
/// A word is `project:x` (the project's name holds x), `cause:x`, `content:x`, `tries>5` (also `>=`, `<`,
/// `<=`, `=`), `due`, or a text that stands in the id, the project or the cause; `!` before it turns it round.
package struct ItemFilter: Hashable, Sendable {
  /// The words as they were typed.
  package let text: String
  private let words: [FilterWord]

  /// The filter that shows everything.
  package init() {
    (text, words) = ("", [])
  }

  /// Reads the words of a filter.
  package init(_ text: String) throws(FilterProblem) {
    var words: [FilterWord] = []
    for word in text.split(separator: " ") { words.append(try FilterWord(word)) }
    self.words = words
    self.text = text.split(separator: " ").joined(separator: " ")
  }

  /// Reads a filter that is being typed: words that cannot be read yet are left out, and those that ask
  /// for contents, which takes a look into the file.
  init(typed text: String) {
    let words = text.split(separator: " ").compactMap { word in
      (try? FilterWord(word)).map { (text: word, word: $0) }
    }
    .filter { if case .content = $0.word.test { false } else { true } }
    self.words = words.map(\.word)
    self.text = words.map(\.text).joined(separator: " ")
  }

  package var isEmpty: Bool { words.isEmpty }

  /// How contents are looked through, for a filter that looks for a text beside them; `nil` for others.
  var contentHint: String? {
    guard contents.isEmpty else { return nil }
    let texts = words.lazy.compactMap {
      if case .text(let text) = $0.test { text.text } else { nil }
    }
    return texts.first.map { "content:\($0) looks through the contents" }
  }

  /// Whether a text that is being typed asks for contents.
  static func asksForContents(typed text: String) -> Bool {
    text.split(separator: " ").contains { word in
      guard let word = try? FilterWord(word), case .content = word.test else { return false }
      return true
    }
  }

  /// Whether what it shows changes while the clock ticks.
  var dependsOnTime: Bool { words.contains { $0.test == .isDue } }

  /// Whether what it shows changes with the causes that the log gives.
  var dependsOnCauses: Bool {
    words.contains { $0.test.isOfCause }
  }

  /// The texts that contents have to hold, or must not.
  var contents: Set<String> {
    Set(words.compactMap { if case .content(let text) = $0.test { text.text } else { nil } })
  }

  /// Whether it shows an item.
  package func matches(
    _ item: DeadLetter,
    causes: CauseIndex,
    contents: ContentMatches = ContentMatches(),
    at now: Timestamp
  ) -> Bool {
    for word in words where !word.matches(item, causes, contents, at: now) { return false }
    return true
  }
}

/// Why a filter cannot be read, as a person is told while typing.
package enum FilterProblem: Error, Hashable, CustomStringConvertible {
  case lonelyNot
  case noProject
  case noCause
  case noContent
  case noWord(String)
  case noNumber(after: String)
  case notANumber(String, after: String)

  package var description: String {
    switch self {
    case .lonelyNot: "! needs a word after it, like !due"
    case .noProject: "project: needs a name after it, like project:web"
    case .noCause: "cause: needs a word after it, like cause:502"
    case .noContent: "content: needs a word after it, like content:invoice"
    case .noWord(let name):
      "\(name) is no word here: project:x cause:x content:x tries>5 due !not, or a text"
    case .noNumber(let start): "\(start) needs a number after it, like \(start)5"
    case .notANumber(let text, let start): "\(start) needs a whole number, not \(text)"
    }
  }
}

/// One word of a filter.
struct FilterWord: Hashable, Sendable {
  enum Test: Hashable, Sendable {
    case text(FoldedText)
    case project(FoldedText)
    case cause(FoldedText)
    case content(FoldedText)
    case tries(Comparison, Int)
    case isDue

    /// Whether it looks at the cause.
    var isOfCause: Bool {
      switch self {
      case .text, .cause: true
      case .project, .content, .tries, .isDue: false
      }
    }
  }

  enum Comparison: String, CaseIterable, Sendable {
    // Longer signs stand first: each one begins with a shorter one.
    case atLeast = ">="
    case atMost = "<="
    case more = ">"
    case fewer = "<"
    case equal = "="
  }

  private static let project = "project:"
  private static let cause = "cause:"
  private static let content = "content:"
  private static let tries = "tries"
  /// What other programs have, and nobody means as a text.
  private static let mistaken = [
    "id:", "error:", "age:", "age>", "age<", "tries:", "retries:", "retries>", "retries<", "is:",
    "status:", "since:",
  ]

  let isNegated: Bool
  let test: Test

  init(_ word: Substring) throws(FilterProblem) {
    isNegated = word.first == "!"
    let word = isNegated ? word.dropFirst() : word
    guard !word.isEmpty else { throw .lonelyNot }
    let folded = word.lowercased()
    if folded == "due" {
      test = .isDue
    } else if folded.hasPrefix(Self.project) {
      let name = FoldedText(word.dropFirst(Self.project.count))
      guard !name.isEmpty else { throw .noProject }
      test = .project(name)
    } else if folded.hasPrefix(Self.cause) {
      let cause = FoldedText(word.dropFirst(Self.cause.count))
      guard !cause.isEmpty else { throw .noCause }
      test = .cause(cause)
    } else if folded.hasPrefix(Self.content) {
      let content = FoldedText(word.dropFirst(Self.content.count))
      guard !content.isEmpty else { throw .noContent }
      test = .content(content)
    } else if let comparison = Self.comparison(in: folded) {
      let number = folded.dropFirst(Self.tries.count + comparison.rawValue.count)
      test = .tries(comparison, try Self.number(number, after: Self.tries + comparison.rawValue))
    } else if let name = Self.mistaken.first(where: folded.hasPrefix) {
      throw .noWord(name)
    } else {
      test = .text(FoldedText(word))
    }
  }

  func matches(
    _ item: DeadLetter,
    _ causes: CauseIndex,
    _ contents: ContentMatches,
    at now: Timestamp
  ) -> Bool {
    let holds: Bool
    switch test {
    case .isDue: holds = item.isDue(at: now)
    case .project(let name): holds = name.isContained(in: item.project)
    case .cause(let text): holds = causes.text(for: item).map(text.isContained) ?? false
    case .content(let text): holds = contents.isHeld(text, by: item)
    case .tries(let comparison, let number): holds = comparison.holds(item.retryCount, number)
    case .text(let text):
      holds =
        text.isContained(in: item.key.id) || text.isContained(in: item.project)
        || causes.text(for: item).map(text.isContained) ?? false
    }
    return holds != isNegated
  }

  private static func comparison(in word: String) -> Comparison? {
    guard word.hasPrefix(tries) else { return nil }
    let rest = word.dropFirst(tries.count)
    return Comparison.allCases.first { rest.hasPrefix($0.rawValue) }
  }

  private static func number(
    _ text: Substring,
    after start: String
  ) throws(FilterProblem) -> Int {
    guard !text.isEmpty else { throw .noNumber(after: start) }
    guard let number = Int(text) else { throw .notANumber(String(text), after: start) }
    return number
  }
}

extension FilterWord.Comparison {
  fileprivate func holds(_ left: Int, _ right: Int) -> Bool {
    switch self {
    case .atLeast: left >= right
    case .atMost: left <= right
    case .more: left > right
    case .fewer: left < right
    case .equal: left == right
    }
  }
}
