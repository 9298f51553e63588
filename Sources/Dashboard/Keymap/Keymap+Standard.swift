extension Keymap {
  /// The keys as they are unless the configuration says otherwise.
  package static let standard = Keymap(
    bindings: withFleet(actions + moving + panels + looking + session + replaying + answers)
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
    Binding(
      .move,
      [.pageDown, .control("f")],
      .pageDown,
      "page down",
      "move down by a page"
    ),
    Binding(.move, [.pageUp, .control("b")], .pageUp, "page up", "move up by a page"),
    Binding(
      .move,
      [.control("d")],
      .halfPageDown,
      "half a page down",
      "move down by half a page"
    ),
    Binding(.move, [.control("u")], .halfPageUp, "half a page up", "move up by half a page"),
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
        footerRank: 15
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

  private static let session = [
    Binding(
      .session,
      [.character("p")],
      .togglePause,
      "pause",
      "pause reading the files, or resume",
      footerRank: 19,
      titleNow: { $0.isPaused ? "resume" : "pause" }
    ),
    Binding(
      .session,
      [.character("+")],
      .faster,
      "faster",
      "check everything more often, even where no file changes",
      disabledReason: { $0.refreshObstacle(to: .faster) }
    ),
    Binding(
      .session,
      [.character("-")],
      .slower,
      "slower",
      "check everything less often; a file that changes is still shown at once",
      disabledReason: { $0.refreshObstacle(to: .slower) }
    ),
    Binding(
      .session,
      [.character("t")],
      .nextTheme,
      "theme",
      "change the colours: auto, dark, light, contrast, mono, and those of [themes]"
    ),
    Binding(
      .session,
      [.character("m")],
      .mouse,
      "mouse",
      "let the mouse select, scroll and sort, or give the terminal its own selection back"
    ),
    Binding(
      .session,
      [.control("l")],
      .redraw,
      "redraw",
      "redraw the screen, even while a question is open"
    ),
    Binding(
      .session,
      [],
      .forbidChanges,
      "read-only",
      "forbid every key that changes something",
      disabledReason: { $0.isReadOnly ? "Read-only mode is already on." : nil }
    ),
    Binding(
      .session,
      [],
      .allowChanges,
      "allow changes",
      "end the read-only mode in this session",
      disabledReason: { model in
        if model.replay != nil { return Replay.readOnlyReason }
        return model.isReadOnly ? nil : "Changes are already allowed."
      }
    ),
    Binding(
      .session,
      [.character(":")],
      .palette,
      "commands",
      "choose a command by its name",
      footerRank: 9
    ),
    Binding(.session, [.character("?")], .help, "help", "show or close this list", footerRank: 1),
    Binding(
      .session,
      [.character("q")],
      .quit,
      "quit",
      "leave the page, or the dashboard of another machine; else quit",
      footerRank: 0,
      titleNow: { $0.views.isEmpty && $0.machineName == nil ? "quit" : "leave" }
    ),
    Binding(
      .session,
      [.control("c")],
      .interrupt,
      "quit",
      "quit, also from a page; answers no to a question, and leaves a line that is being typed"
    ),
  ]
}
