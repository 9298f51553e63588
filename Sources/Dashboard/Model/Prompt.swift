/// A question that is open, with the request that a yes lets run, captured when it was asked.
package struct Prompt: Hashable, Sendable {
  /// How it is answered.
  package enum Answer: Hashable, Sendable {
    /// By one key: the key for yes, or any other for no.
    case yesOrNo
    /// By typing this number.
    case number(Int32)
  }

  /// More digits than any process id has.
  private static let mostDigits = 10

  package let request: ActionRequest
  package let question: String
  /// The facts to decide by, one short sentence each.
  package let evidence: [String]
  package let answer: Answer
  /// What was typed so far, and where.
  private(set) var entry = TextEntry()
  /// What is wrong with what was typed.
  package var objection: String?

  package init(
    _ request: ActionRequest,
    question: String,
    evidence: [String],
    answer: Answer = .yesOrNo
  ) {
    self.request = request
    self.question = question
    self.evidence = evidence
    self.answer = answer
  }

  /// What was typed so far.
  package var typed: String { entry.text }

  /// Whether what was typed is the number that was asked for.
  var isConfirmedByTyping: Bool {
    guard case .number(let number) = answer else { return false }
    return typed == "\(number)"
  }

  /// Takes a digit; other characters are no part of a number.
  mutating func type(_ character: Character) {
    guard character.isASCII, character.isNumber, typed.count < Self.mostDigits else { return }
    entry.insert(character)
    objection = nil
  }

  /// Erases or moves, as the command says.
  mutating func edit(_ command: Command) {
    entry.edit(command)
    objection = nil
  }
}
