internal import QueueEngine

/// Colours for the text commands: escape sequences on a terminal, nothing elsewhere.
struct Ink: Sendable {
  /// Whether sequences are written.
  let isColoured: Bool

  /// Colour only where a person looks at a terminal and did not refuse it, or asked for it.
  static var forOutput: Ink {
    Ink(isColoured: isWanted(ProcessEnvironment.variables, isTerminal: Output.isTerminal))
  }

  /// `NO_COLOR` wins over `CLICOLOR_FORCE`, that over `CLICOLOR=0`, and else the terminal decides.
  static func isWanted(_ environment: [String: String], isTerminal: Bool) -> Bool {
    if !(environment["NO_COLOR"] ?? "").isEmpty { return false }
    if !["", "0"].contains(environment["CLICOLOR_FORCE"] ?? "") { return true }
    if environment["CLICOLOR"] == "0" { return false }
    return isTerminal && !["dumb", ""].contains(environment["TERM"] ?? "")
  }

  /// Whether the person wants no colour anywhere.
  static var isRefused: Bool { !(ProcessEnvironment.variables["NO_COLOR"] ?? "").isEmpty }

  /// Whether the terminal takes escape sequences at all: one without a name, or a dumb one, shows them.
  static var knowsSequences: Bool {
    !["dumb", ""].contains(ProcessEnvironment.variables["TERM"] ?? "")
  }

  func bold(_ text: String) -> String { wrap(text, "1") }

  func dim(_ text: String) -> String { wrap(text, "2") }

  /// The text in the colour of a severity: green, yellow or red.
  func paint(_ text: String, _ severity: Severity) -> String {
    switch severity {
    case .ok: wrap(text, "32")
    case .warning: wrap(text, "33")
    case .critical: wrap(text, "1;31")
    }
  }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
