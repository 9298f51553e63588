/// The keys that show things another way, and change none.
extension Keymap {
  static let looking = [
    Binding(
      .look,
      [.enter],
      .open,
      "open",
      "open the item, the line of the log or the panel: everything that is known about it; the queue "
        + "opens as a list",
      modes: [.dashboard],
      footerRank: 7,
      disabledReason: { model in
        switch model.focus {
        case .deadLetters: model.obstacle(to: .open)
        case .log: model.searchObstacle(to: .open)
        case .server, .queue, .lock: nil
        }
      }
    ),
    Binding(
      .look,
      [.character("/")],
      .filter,
      "filter",
      "filter the list: a text of id, project or cause, project:x, cause:x, content:x, tries>5, due; ! before "
        + "a word means not; in the log and on pages: look for a text",
      footerRank: 8,
      titleNow: { $0.searchesLines ? "search" : $0.list.isEmpty ? nil : "filter" },
      disabledReason: { $0.searchObstacle(to: .filter) }
    ),
    Binding(
      .look,
      [.character("v")],
      .group,
      "by cause",
      "show the list by cause, by project, or one by one; every key that acts acts on a group",
      footerRank: 12,
      titleNow: { model in
        guard model.views.isEmpty else { return nil }
        return switch model.list.grouping.next {
        case .items: "one by one"
        case .cause: "by cause"
        case .project: "by project"
        }
      },
      disabledReason: { $0.obstacle(to: .group) }
    ),
    Binding(
      .look,
      [.character("o")],
      .sort,
      "sort",
      "sort the list by the next column; in the history: show the next origin alone",
      footerRank: 13,
      titleNow: { model in
        guard let view = model.views.last else { return "sort" }
        return view.subject == .history ? "origin" : nil
      },
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
      "let the panel fill the screen (VPS and Queue as charts over time), or show all panels again",
      modes: [.dashboard],
      footerRank: 14,
      titleNow: { $0.isZoomed ? nil : "zoom" }
    ),
    Binding(
      .look,
      [.character("<")],
      .shorterSpan,
      "less time",
      "show less time in the charts: 7 d, 24 h, 6 h, 15 min",
      modes: [.dashboard],
      footerRank: 24,
      titleNow: { $0.isChartShown ? "less time" : nil },
      disabledReason: { $0.chartObstacle }
    ),
    Binding(
      .look,
      [.character(">")],
      .longerSpan,
      "more time",
      "show more time in the charts",
      modes: [.dashboard],
      footerRank: 25,
      titleNow: { $0.isChartShown ? "more time" : nil },
      disabledReason: { $0.chartObstacle }
    ),
    Binding(
      .look,
      [.character("n")],
      .nextMatch,
      "next",
      "go to the next line that holds what is looked for, in the log or on the page",
      footerRank: 20,
      titleNow: { $0.searchesLines && !$0.shownSearch.isEmpty ? "next" : nil },
      disabledReason: { $0.searchObstacle(to: .nextMatch) }
    ),
    Binding(
      .look,
      [.character("N")],
      .previousMatch,
      "previous",
      "go to the line before that holds it",
      disabledReason: { $0.searchObstacle(to: .previousMatch) }
    ),
    Binding(
      .look,
      [.character("&")],
      .onlyMatching,
      "only matches",
      "show only the lines that hold what is looked for, in the log or on the page, or all again",
      footerRank: 21,
      titleNow: { model in
        guard model.searchesLines, !model.shownSearch.isEmpty else { return nil }
        return model.isNarrowed ? "all lines" : "only matches"
      },
      disabledReason: { $0.searchObstacle(to: .onlyMatching) }
    ),
    Binding(
      .look,
      [.character("]")],
      .nextTrouble,
      "next trouble",
      "go to the next refusal or failure in the log",
      modes: [.dashboard],
      disabledReason: { $0.searchObstacle(to: .nextTrouble) }
    ),
    Binding(
      .look,
      [.character("[")],
      .previousTrouble,
      "previous trouble",
      "go to the refusal or failure before",
      modes: [.dashboard],
      disabledReason: { $0.searchObstacle(to: .previousTrouble) }
    ),
    Binding(
      .look,
      [],
      .goToTime,
      "at",
      "go to a time in the log, or in a recording, typed behind it: at 02:15, at yesterday 22:10",
      disabledReason: { $0.replay == nil ? $0.searchObstacle(to: .nextTrouble) : nil }
    ),
    Binding(
      .look,
      [.character("l")],
      .itemLog,
      "its log",
      "show only the lines of the log that name the item",
      footerRank: 22,
      titleNow: { $0.views.isEmpty ? nil : $0.itemInView == nil ? nil : "its log" },
      disabledReason: { $0.searchObstacle(to: .itemLog) }
    ),
    Binding(
      .look,
      [.character("i")],
      .findings,
      "why",
      "show or close what is wrong, since when and on what evidence, and what was: from when to when, and "
        + "how it ended",
      footerRank: 10,
      titleNow: { $0.views.isEmpty ? "why" : nil }
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
      "copy the id of the selected item, the content of the open one, or the open page",
      footerRank: 17,
      disabledReason: { $0.copyObstacle }
    ),
    Binding(
      .look,
      [.escape],
      .back,
      "back",
      "go back: cancel what waits for the lock, leave the page, end the search, leave the group, "
        + "clear the filter, close the queue's list, leave the zoom, go back to all machines",
      footerRank: 2,
      titleNow: { model in
        if model.isWaitingForLock { return "cancel" }
        if !model.views.isEmpty { return "back" }
        if model.focus == .log, !model.search.isEmpty { return "end search" }
        if model.list.group != nil { return "groups" }
        if model.list.isFiltered { return "clear filter" }
        if model.isQueueOpen { return "close" }
        if model.isZoomed { return "unzoom" }
        return model.machineName == nil ? nil : "all machines"
      }
    ),
  ]
}
