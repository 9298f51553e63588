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

  /// The keys as they are unless the configuration says otherwise.
  package static let standard = Keymap(bindings: moving + views + panels + session)

  private static let moving = [
    Binding([.character("j"), .down], .moveDown, "down", "move or scroll down"),
    Binding([.character("k"), .up], .moveUp, "up", "move or scroll up"),
    Binding([.character("g"), .home], .first, "top", "go to the first line"),
    Binding([.character("G"), .end], .last, "end", "go to the last line; the log follows again"),
    Binding([.pageDown], .pageDown, "page down", "move down by a page"),
    Binding([.pageUp], .pageUp, "page up", "move up by a page"),
  ]

  private static let panels =
    [
      Binding(
        [.tab],
        .focusNext,
        "panel",
        "go to the next panel",
        modes: [.dashboard],
        footerRank: 5
      ),
      Binding(
        [.backTab],
        .focusPrevious,
        "panel",
        "go to the previous panel",
        modes: [.dashboard]
      ),
    ]
    + Panel.allCases.map { panel in
      Binding(
        [.character(Character("\(panel.rawValue + 1)"))],
        .focus(panel),
        panel.title,
        "go to the panel \(panel.title)",
        modes: [.dashboard]
      )
    }

  private static let views = [
    Binding(
      [.enter],
      .open,
      "open",
      "open the dead letter or the panel: everything that is known about it",
      modes: [.dashboard],
      footerRank: 2,
      disabledReason: { model in
        model.focus == .deadLetters && model.deadLetters.selection == nil
          ? "There is no dead letter to open." : nil
      }
    ),
    Binding(
      [.character("i")],
      .findings,
      "why",
      "show everything that is wrong, with the evidence",
      modes: [.dashboard],
      footerRank: 3
    ),
    Binding([.escape], .back, "back", "go back", modes: [.view], footerRank: 2),
  ]

  private static let session = [
    Binding(
      [.character("p")],
      .togglePause,
      "pause",
      "stop reading the files, or go on",
      footerRank: 4
    ),
    Binding([.character("?")], .help, "help", "show or leave this list", footerRank: 1),
    Binding([.character("q"), .control("c")], .quit, "quit", "quit", footerRank: 0),
  ]
}
