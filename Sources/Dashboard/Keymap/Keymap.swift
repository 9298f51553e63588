package import QueueEngine

/// The table of all keys, in the order in which the help shows them.
package struct Keymap: Sendable {
  package var bindings: [Binding]

  /// The binding of a key in a mode; `nil` where it has none.
  package func binding(for key: Key, in mode: Mode) -> Binding? {
    bindings.first { $0.keys.contains(key) && $0.modes.contains(mode) }
  }

  /// The first key of an action, as a finding suggests it; `nil` where none is bound to it.
  package func label(for action: ActionKind, _ charset: Charset = .unicode) -> String? {
    bindings.first { $0.command.name == action.rawValue }?.keys.first?.label(charset)
  }

  /// The bindings that the footer shows in a mode, in the order of the table.
  package func footer(in mode: Mode) -> [Binding] {
    bindings.filter { $0.footerRank != nil && $0.modes.contains(mode) }
  }

  /// The table as `docs/keys.md` has it.
  package var markdownTable: String {
    let rows = bindings.map { binding in
      let keys =
        binding.keys.isEmpty
        ? "`\(binding.label())`" : binding.keys.map { "`\($0.label())`" }.joined(separator: " ")
      return "| \(keys) | \(binding.summary) |"
    }
    return (["| key | does |", "|---|---|"] + rows).joined(separator: "\n") + "\n"
  }

  /// The binding of a command.
  package func binding(of command: Command) -> Binding? {
    bindings.first { $0.command == command }
  }

  /// The first key of a command; `nil` where none is bound to it.
  package func label(of command: Command, _ charset: Charset) -> String? {
    binding(of: command)?.keys.first?.label(charset)
  }
}
