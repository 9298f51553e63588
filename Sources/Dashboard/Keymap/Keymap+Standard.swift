extension Keymap {
  /// The keys as they are unless the configuration says otherwise.
  package static let standard = Keymap(
    bindings: actions + moving + looking + panels + session + answers
  )

  private static let moving = [
    Binding(.move, [.character("j"), .down], .moveDown, "down", "move or scroll down"),
    Binding(.move, [.character("k"), .up], .moveUp, "up", "move or scroll up"),
    Binding(.move, [.character("g"), .home], .first, "top", "go to the first line"),
    Binding(
      .move,
      [.character("G"), .end],
      .last,
      "end",
      "go to the last line; the log follows again"
    ),
    Binding(.move, [.pageDown], .pageDown, "page down", "move down by a page"),
    Binding(.move, [.pageUp], .pageUp, "page up", "move up by a page"),
  ]

  private static let panels =
    [
      Binding(
        .move,
        [.tab],
        .focusNext,
        "panel",
        "go to the next panel",
        modes: [.dashboard],
        footerRank: 11
      ),
      Binding(
        .move,
        [.backTab],
        .focusPrevious,
        "panel",
        "go to the previous panel",
        modes: [.dashboard]
      ),
    ]
    + Panel.allCases.map { panel in
      Binding(
        .move,
        [.character(Character("\(panel.rawValue + 1)"))],
        .focus(panel),
        panel.title,
        "go to the panel \(panel.title)",
        modes: [.dashboard]
      )
    }

  private static let looking = [
    Binding(
      .look,
      [.enter],
      .open,
      "open",
      "open the dead letter or the panel: everything that is known about it",
      modes: [.dashboard],
      footerRank: 7,
      disabledReason: { model in
        model.focus == .deadLetters && model.deadLetters.selection == nil
          ? "There is no dead letter to open." : nil
      }
    ),
    Binding(
      .look,
      [.character("i")],
      .findings,
      "why",
      "show everything that is wrong, with the evidence",
      modes: [.dashboard],
      footerRank: 8
    ),
    Binding(
      .look,
      [.character("h")],
      .history,
      "history",
      "show or leave what the actions of this session came to, with the evidence",
      footerRank: 12
    ),
    Binding(.look, [.escape], .back, "back", "go back", modes: [.view], footerRank: 2),
  ]

  private static let session = [
    Binding(
      .session,
      [.character("p")],
      .togglePause,
      "pause",
      "stop reading the files, or go on",
      footerRank: 13
    ),
    Binding(.session, [.character("?")], .help, "help", "show or leave this list", footerRank: 1),
    Binding(.session, [.character("q"), .control("c")], .quit, "quit", "quit", footerRank: 0),
  ]
}
