internal import QueueEngine

/// Colours for the text commands: escape sequences on a terminal, nothing elsewhere.
struct Ink: Sendable {
  /// Whether sequences are written.
  let isColoured: Bool

  /// Colour only where a person looks at a terminal and did not say `NO_COLOR`.
  static var forOutput: Ink {
    let isRefused = !(ProcessEnvironment.variables["NO_COLOR"] ?? "").isEmpty
    return Ink(isColoured: Output.isTerminal && knowsSequences && !isRefused)
  }

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
