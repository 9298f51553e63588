internal import QueueEngine

/// What an assistant is told when a session begins; nothing where all is well.
struct SessionNote: Equatable {
  /// The longest text for the model, in characters.
  static let mostCharacters = 2000

  /// One line for the person.
  let message: String
  /// What the model gets.
  let context: String

  /// The note on an observation; `nil` where nothing is wrong, or nothing is there to watch.
  init?(_ observation: Observation) {
    guard let first = observation.findings.first, first.severity > .ok, first.code != .nothingHere
    else { return nil }
    let server = QueueAccount.Server(observation.snapshot)
    message = "mem0top: \(first.summary)"
    var lines = [
      "State of the memory queue (mem0top, just now): \(first.summary).", server.statement,
    ]
    if let reported = server.reported {
      lines.append(
        "The worker's metrics say \(reported); that may be old and is no evidence about the server."
      )
    }
    if let command = first.suggestion?.command {
      lines.append("What helps, after asking the person: \(command)")
    }
    lines += first.evidence.map { "- \($0)" }
    lines += observation.findings.dropFirst().map { "Also: \($0.summary)." }
    context = Self.bounded(lines)
  }

  /// The note that nothing can be told.
  init(problem: String) {
    message = "mem0top cannot tell how the memory queue is: \(problem)"
    context = Self.bounded([message, "That says nothing about the memory server."])
  }

  /// The JSON that a `SessionStart` hook prints.
  var document: JSONDocument {
    [
      "systemMessage": .text(message),
      "hookSpecificOutput": [
        "hookEventName": "SessionStart", "additionalContext": .text(context),
      ],
    ]
  }

  /// As many whole lines as there is room for.
  private static func bounded(_ lines: [String]) -> String {
    var text = ""
    for line in lines.map(Scrubber.scrub) {
      let longer = text.isEmpty ? line : text + "\n" + line
      guard longer.count <= mostCharacters else {
        return text.isEmpty ? String(line.prefix(mostCharacters)) : text
      }
      text = longer
    }
    return text
  }
}
