internal import QueueEngine

/// What a person asks with a key; `update` carries it out.
package enum Command: Hashable, Sendable {
  case moveDown, moveUp, first, last, pageDown, pageUp, halfPageDown, halfPageUp
  case focusNext, focusPrevious
  case focus(Panel)
  case open, findings, history, back
  case filter, group, sort, reverseSort, zoom, shorterSpan, longerSpan, page, copy
  case nextMatch, previousMatch, onlyMatching, nextTrouble, previousTrouble, goToTime, itemLog
  case clearLock, endHolder, retry, retryAll, runWorker, drop, undo
  case mark, markAll
  case allowChanges, forbidChanges
  case togglePause, faster, slower, nextTheme, palette, help, quit
  case mouse, redraw, interrupt
  case play, nextChange, previousChange, tenMinutesOn, tenMinutesBack, playFaster, playSlower
  // What keys mean while something is asked or typed.
  case confirm, oneFirst, decline, submit, complete, choosePrevious, chooseNext
  case erase, eraseWord, eraseLine, cursorLeft, cursorRight, cursorStart, cursorEnd
}

extension Command {
  /// Its name in `[keys]` of the configuration, in the palette, and as the action of a finding.
  package var name: String {
    switch self {
    case .moveDown: "down"
    case .moveUp: "up"
    case .first: "top"
    case .last: "bottom"
    case .pageDown: "page_down"
    case .pageUp: "page_up"
    case .halfPageDown: "half_page_down"
    case .halfPageUp: "half_page_up"
    case .focusNext: "next_panel"
    case .focusPrevious: "previous_panel"
    case .focus(let panel): "panel_\(panel.rawValue + 1)"
    case .open: "open"
    case .findings: "findings"
    case .history: "history"
    case .back: "back"
    case .filter: "filter"
    case .group: "group"
    case .nextMatch: "next_match"
    case .previousMatch: "previous_match"
    case .onlyMatching: "only_matching"
    case .nextTrouble: "next_trouble"
    case .previousTrouble: "previous_trouble"
    case .goToTime: "at"
    case .itemLog: "item_log"
    case .sort: "sort"
    case .reverseSort: "reverse"
    case .zoom: "zoom"
    case .shorterSpan: "shorter_span"
    case .longerSpan: "longer_span"
    case .page: "pager"
    case .copy: "copy"
    case .clearLock: ActionKind.clearLock.rawValue
    case .endHolder: ActionKind.endHolder.rawValue
    case .retry: ActionKind.retryItems.rawValue
    case .retryAll: ActionKind.retryAll.rawValue
    case .runWorker: ActionKind.runWorker.rawValue
    case .drop: ActionKind.dropItems.rawValue
    case .undo: ActionKind.undo.rawValue
    case .mark: "mark"
    case .markAll: "mark_all"
    case .allowChanges: "allow_changes"
    case .forbidChanges: "read_only"
    case .togglePause: "pause"
    case .faster: "faster"
    case .slower: "slower"
    case .nextTheme: "theme"
    case .palette: "palette"
    case .help: "help"
    case .quit: "quit"
    case .mouse: "mouse"
    case .redraw: "redraw"
    case .interrupt: "interrupt"
    case .play: "play"
    case .nextChange: "next_change"
    case .previousChange: "previous_change"
    case .tenMinutesOn: "ten_minutes_on"
    case .tenMinutesBack: "ten_minutes_back"
    case .playFaster: "play_faster"
    case .playSlower: "play_slower"
    case .confirm: "yes"
    case .oneFirst: "one_first"
    case .decline: "no"
    case .submit: "submit"
    case .complete: "complete"
    case .choosePrevious: "choose_previous"
    case .chooseNext: "choose_next"
    case .erase: "erase"
    case .eraseWord: "erase_word"
    case .eraseLine: "erase_line"
    case .cursorLeft: "cursor_left"
    case .cursorRight: "cursor_right"
    case .cursorStart: "cursor_start"
    case .cursorEnd: "cursor_end"
    }
  }

  /// What else people look for in the palette: its word in the footer, its page's title.
  var otherNames: [String] {
    switch self {
    case .findings: ["why", "incidents"]
    case .runWorker: ["run worker", "worker"]
    case .quit: ["exit"]
    case .filter: ["search"]
    default: []
    }
  }

  /// Whether more is typed behind its name in the palette.
  var takesText: Bool { self == .goToTime }

  /// The name as words.
  package var words: String {
    let blank = UInt8(ascii: " ")
    return String(decoding: name.utf8.map { $0 == UInt8(ascii: "_") ? blank : $0 }, as: UTF8.self)
  }
}
