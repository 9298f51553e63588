/// The keys that show things another way, and change none.
extension Keymap {
  static let looking = [
    Binding(
      .look,
      [.enter],
      .open,
      "open",
      "open the dead letter or the panel: everything that is known about it",
      modes: [.dashboard],
      footerRank: 7,
      disabledReason: { $0.focus == .deadLetters ? $0.obstacle(to: .open) : nil }
    ),
    Binding(
      .look,
      [.character("/")],
      .filter,
      "filter",
      "filter the dead letters: a text, project:x, tries>5, due; ! before a word means not",
      modes: [.dashboard],
      footerRank: 8,
      disabledReason: { $0.obstacle(to: .filter) }
    ),
    Binding(
      .look,
      [.character("o")],
      .sort,
      "sort",
      "sort the dead letters by the next column",
      modes: [.dashboard],
      footerRank: 13,
      disabledReason: { $0.obstacle(to: .sort) }
    ),
    Binding(
      .look,
      [.character("O")],
      .reverseSort,
      "reverse",
      "reverse the sort order",
      modes: [.dashboard],
      disabledReason: { $0.obstacle(to: .sort) }
    ),
    Binding(
      .look,
      [.character("z")],
      .zoom,
      "zoom",
      "let the panel fill the screen, or show all panels again",
      modes: [.dashboard],
      footerRank: 14,
      titleNow: { $0.isZoomed ? "unzoom" : "zoom" }
    ),
    Binding(
      .look,
      [.character("i")],
      .findings,
      "why",
      "show everything that is wrong, with the evidence",
      modes: [.dashboard],
      footerRank: 10
    ),
    Binding(
      .look,
      [.character("h")],
      .history,
      "history",
      "show or close the history: who did what to the files, by key, command or worker, with the evidence",
      footerRank: 16
    ),
    Binding(
      .look,
      [.character("e")],
      .page,
      "pager",
      "view the page or the panel as plain text in $PAGER",
      footerRank: 18,
      disabledReason: { $0.snapshot == nil ? "The files have not been read yet." : nil }
    ),
    Binding(
      .look,
      [.character("y")],
      .copy,
      "copy",
      "copy the id of the selected dead letter, the content of the open one, or the open page",
      footerRank: 17,
      disabledReason: { $0.copyObstacle }
    ),
    Binding(
      .look,
      [.escape],
      .back,
      "back",
      "go back: cancel what waits for the lock, leave the page, clear the filter, leave the zoom",
      footerRank: 2,
      titleNow: { model in
        if model.isWaitingForLock { return "cancel" }
        if !model.views.isEmpty { return "back" }
        if model.deadLetters.isFiltered { return "clear filter" }
        return model.isZoomed ? "unzoom" : nil
      }
    ),
  ]
}
