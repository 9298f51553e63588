/// The list of all commands, of which typing leaves those that match.
package struct CommandPalette: Hashable, Sendable {
  package var entry = TextEntry()
  /// The chosen row of those that match.
  package var row = 0

  package init() {}
}

extension CommandPalette {
  /// What is typed behind the name of a command that takes more; `nil` where it is another one.
  func argument(of command: Command) -> String? {
    let lead = command.name + " "
    guard command.takesText, FoldedText(lead).isPrefix(of: entry.text) else { return nil }
    return String(entry.text.dropFirst(lead.count))
  }

  /// A command that the palette offers.
  package struct Choice {
    package let binding: Binding
    /// Why it cannot be used now; `nil` if it can.
    package let disabledReason: String?
  }
}

extension Model {
  /// The commands that match what is typed in the palette, the best first.
  var paletteChoices: [CommandPalette.Choice] {
    guard let palette else { return [] }
    if let binding = keymap.bindings.first(where: { palette.argument(of: $0.command) != nil }) {
      return [choice(binding)]
    }
    let typed = FoldedText(palette.entry.text)
    let ranked = keymap.bindings.compactMap { binding -> (rank: Int, binding: Binding)? in
      guard binding.section != .answer, binding.command != .palette else { return nil }
      return typed.rank(in: binding).map { ($0, binding) }
    }
    return (0...FoldedText.lowestRank).flatMap { rank in
      ranked.filter { $0.rank == rank }.map { choice($0.binding) }
    }
  }

  /// The row of the palette that is chosen; `nil` where nothing matches.
  package var chosenCommand: CommandPalette.Choice? {
    let choices = paletteChoices
    return choices.isEmpty ? nil : choices[min(palette?.row ?? 0, choices.count - 1)]
  }

  private func choice(_ binding: Binding) -> CommandPalette.Choice {
    guard binding.modes.contains(browsingMode) else {
      return .init(binding: binding, disabledReason: awayFromPanels)
    }
    return .init(binding: binding, disabledReason: binding.disabledReason(self))
  }
}

extension FoldedText {
  fileprivate static let lowestRank = 3

  /// How well it matches a command: its name's start, a word's start, its name, its summary.
  fileprivate func rank(in binding: Binding) -> Int? {
    let words = binding.command.words
    if isPrefix(of: words) || isPrefix(of: binding.command.name) { return 0 }
    if binding.command.otherNames.contains(where: { isPrefix(of: $0) }) { return 1 }
    if words.split(separator: " ").contains(where: { isPrefix(of: $0) }) { return 1 }
    if isContained(in: words) { return 2 }
    return isContained(in: binding.summary) ? Self.lowestRank : nil
  }
}
