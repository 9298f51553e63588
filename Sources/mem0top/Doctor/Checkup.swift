internal import QueueEngine

/// What the doctor says of one thing around the program.
struct Checkup: Encodable, Hashable {
  enum Outcome: String, Encodable {
    case good
    case bad
    case notJudged = "not_judged"
  }

  let subject: String
  let outcome: Outcome
  /// What was seen; why, where it is not judged.
  let sentence: String
  /// The one thing to change, where it is bad.
  @Nullable var remedy: String?

  enum CodingKeys: String, CodingKey {
    case subject, outcome, sentence, remedy
  }

  static func good(_ subject: String, _ sentence: String) -> Checkup {
    Checkup(subject: subject, outcome: .good, sentence: sentence)
  }

  static func bad(_ subject: String, _ sentence: String, remedy: String) -> Checkup {
    Checkup(subject: subject, outcome: .bad, sentence: sentence, remedy: remedy)
  }

  static func notJudged(_ subject: String, _ reason: String) -> Checkup {
    Checkup(subject: subject, outcome: .notJudged, sentence: reason)
  }

  static func == (one: Checkup, other: Checkup) -> Bool {
    one.subject == other.subject && one.outcome == other.outcome
      && one.sentence == other.sentence && one.remedy == other.remedy
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(subject)
    hasher.combine(sentence)
  }

  /// The line for people, with a second one for what to change.
  func text(_ ink: Ink, width: Int) -> String {
    let mark =
      switch outcome {
      case .good: ink.paint("●", .ok)
      case .bad: ink.paint("✖", .critical)
      case .notJudged: ink.dim("?")
      }
    let line = "\(mark) \(subject.padded(to: width))  \(Scrubber.scrub(sentence))\n"
    guard let remedy else { return line }
    let indent = String(repeating: " ", count: width + 4)
    return line + indent + ink.bold("→") + " \(Scrubber.scrub(remedy))\n"
  }
}
