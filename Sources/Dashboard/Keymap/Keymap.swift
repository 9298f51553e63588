/// The table of all keys, in the order in which the help shows them.
package struct Keymap: Sendable {
  package var bindings: [Binding]

  /// The binding of a key in a mode; `nil` where it has none.
  package func binding(for key: Key, in mode: Mode) -> Binding? {
    bindings.first { $0.keys.contains(key) && $0.modes.contains(mode) }
  }

  /// The binding of a command that a finding suggests by its key.
  package func binding(named key: String, in mode: Mode) -> Binding? {
    guard let character = key.first, key.count == 1 else { return nil }
    return binding(for: .character(character), in: mode)
  }

  /// The bindings that the footer shows in a mode, in the order of the table.
  package func footer(in mode: Mode) -> [Binding] {
    bindings.filter { $0.footerRank != nil && $0.modes.contains(mode) }
  }

  /// The table as the README has it.
  package var markdownTable: String {
    let rows = bindings.map { binding in
      let keys = binding.keys.map { "`\($0.label())`" }.joined(separator: " ")
      return "| \(keys) | \(binding.summary) |"
    }
    return (["| key | does |", "|---|---|"] + rows).joined(separator: "\n") + "\n"
  }

  /// The first key of a command; `nil` where none is bound to it.
  package func label(of command: Command, _ charset: Charset) -> String? {
    bindings.first { $0.command == command }?.keys.first?.label(charset)
  }
}
