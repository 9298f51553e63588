package import QueueEngine

/// A question that is open, with the request that a yes lets run, captured when it was asked.
package struct Prompt: Hashable, Sendable {
  /// How it is answered.
  package enum Answer: Hashable, Sendable {
    /// By one key: the key for yes, or any other for no.
    case yesOrNo
    /// By typing this number.
    case number(Int32)
    /// By typing this text: the beginning of an id, say.
    case text(String)
  }

  /// More than any process id has digits, or the beginning of an id characters.
  private static let mostCharacters = 10

  package let request: ActionRequest
  package let question: String
  /// The facts to decide by, one short sentence each.
  package let evidence: [String]
  package let answer: Answer
  /// What else a key may choose: one first, and the rest at a pace.
  package let pace: PacedRetry?
  /// What was typed so far, and where.
  private(set) var entry = TextEntry()
  /// What is wrong with what was typed.
  package private(set) var objection: String?

  package init(
    _ request: ActionRequest,
    question: String,
    evidence: [String],
    answer: Answer = .yesOrNo,
    pace: PacedRetry? = nil
  ) {
    self.request = request
    self.question = question
    self.evidence = evidence
    self.answer = answer
    self.pace = pace
  }

  /// What was typed so far.
  package var typed: String { entry.text }

  /// Whether what was typed is what was asked for.
  var isConfirmedByTyping: Bool {
    switch answer {
    case .yesOrNo: false
    case .number(let number): typed == "\(number)"
    case .text(let text): typed == text
    }
  }

  /// What is to be typed, in words.
  var wanted: String {
    switch answer {
    case .yesOrNo: "yes"
    case .number: "its PID"
    case .text(let text): text
    }
  }

  /// Says that what was typed is not what was asked for.
  mutating func object() { objection = "not \(wanted); nothing was done" }

  /// Takes a character; where a number is asked for, only a digit.
  mutating func type(_ character: Character) {
    guard typed.count < Self.mostCharacters else { return }
    if case .number = answer, !character.isASCII || !character.isNumber { return }
    entry.insert(character)
    objection = nil
  }

  /// Erases or moves, as the command says.
  mutating func edit(_ command: Command) {
    entry.edit(command)
    objection = nil
  }
}
