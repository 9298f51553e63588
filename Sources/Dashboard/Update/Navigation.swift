internal import QueueEngine

extension Model {
  /// Carries out what a key is bound to; of one that is bound nowhere it says so, once.
  mutating func press(_ key: Key) -> [Effect] {
    // What others wrote over a question is no reason to answer it.
    if keymap.binding(of: .redraw)?.keys.contains(key) == true { return [.redraw] }
    notice = nil
    if absence?.isOver == true { absence = nil }
    if prompt != nil { return answer(key) }
    if filterEntry != nil { return typeFilter(key) }
    if searchEntry != nil { return typeSearch(key) }
    if palette != nil { return typeCommand(key) }
    if replay != nil, let binding = keymap.binding(for: key, in: .replaying) {
      return run(binding, unless: nil)
    }
    if let binding = keymap.binding(for: key, in: mode) {
      return run(binding, unless: binding.disabledReason(self))
    }
    if let binding = keymap.binding(for: key, in: .dashboard) {
      return run(binding, unless: awayFromPanels)
    }
    tellUnknown(key)
    return []
  }

  private mutating func tellUnknown(_ key: Key) {
    guard layout != nil, unknownKeys.insert(key).inserted else { return }
    let help = keymap.label(of: .help, charset).map { "; \($0) lists the keys" } ?? ""
    note(.hint, "\(key.label(charset)) does nothing here\(help).")
  }

  /// Why a command of the panels cannot be used while a page lies over them.
  var awayFromPanels: String {
    if isFleetShown {
      let way = keymap.label(of: .open, charset).map { "\($0) opens it" } ?? "open it"
      return "That is for one machine: select it, and \(way)."
    }
    let way = keymap.label(of: .back, charset).map { "press \($0)" } ?? "go back"
    return "Not available here; \(way) first."
  }

  /// Carries out a command, or says why it cannot be.
  mutating func run(_ binding: Binding, unless disabledReason: String?) -> [Effect] {
    // On a screen that is too small nobody sees what a key does.
    guard layout != nil || binding.section == .move || binding.command == .quit else { return [] }
    if let disabledReason = isAboutOneMachine(binding) ? awayFromPanels : disabledReason {
      note(.hint, disabledReason)
      return []
    }
    return perform(binding.command)
  }

  /// Whether a key of a page that lies over the machines is about the dashboard of one of them.
  func isAboutOneMachine(_ binding: Binding) -> Bool {
    guard isFleetShown else { return false }
    return binding.section == .act || binding.command == .findings || binding.command == .history
  }

  private mutating func perform(_ command: Command) -> [Effect] {
    switch command {
    case _ where mode == .fleet && command.isOfFleet: return performInFleet(command)
    case .moveDown: move(by: 1)
    case .moveUp: move(by: -1)
    case .pageDown: move(by: pageLength)
    case .pageUp: move(by: -pageLength)
    case .halfPageDown: move(by: max(pageLength / 2, 1))
    case .halfPageUp: move(by: -max(pageLength / 2, 1))
    case .first: move(by: -Self.farAway)
    case .last: move(by: Self.farAway)
    case .focusNext: focus = focus.advanced(by: 1)
    case .focusPrevious: focus = focus.advanced(by: -1)
    case .focus(let panel):
      focus = panel
      if panel == .deadLetters { return closeQueue() }
    case .open: return openFocused()
    case .findings: toggle(.findings)
    case .help: toggle(.help)
    case .filter: openFilterOrSearch()
    case .nextMatch: goToMatch(isForward: true)
    case .previousMatch: goToMatch(isForward: false)
    case .onlyMatching: toggleNarrowing()
    case .nextTrouble: goToTrouble(isForward: true)
    case .previousTrouble: goToTrouble(isForward: false)
    case .goToTime: return goToTime("")
    case .itemLog: showLogOfItem()
    case .group: showNextGrouping()
    case .sort where !views.isEmpty: showNextOrigin()
    case .sort:
      let file = shownList
      sort { ($0.column, $0.isReversed) = ($0.column.next(in: file), false) }
    case .reverseSort: sort { $0.isReversed.toggle() }
    case .zoom: isZoomed.toggle()
    case .shorterSpan: changeSpan(by: -1)
    case .longerSpan: changeSpan(by: 1)
    case .nextTheme: useNextTheme()
    case .mouse: toggleMouse()
    case .palette: palette = CommandPalette()
    case .allowChanges: setReadOnly(false)
    case .forbidChanges: setReadOnly(true)
    default: return performWithEffect(command)
    }
    return []
  }

  private mutating func performWithEffect(_ command: Command) -> [Effect] {
    switch command {
    case .clearLock, .endHolder: return askForLock(command)
    case .retry: return askForRetry()
    case .retryAll: return askForRetryOfAllShown()
    case .drop: return askForDrop()
    case .undo: return undo()
    case .runWorker: return runWorker()
    case .play: return togglePlaying()
    case .nextChange: return [.replay(.changes(1))]
    case .previousChange: return [.replay(.changes(-1))]
    case .tenMinutesOn: return [.replay(.moment(now + .seconds(600)))]
    case .tenMinutesBack: return [.replay(.moment(now - .seconds(600)))]
    case .playFaster: changeReplaySpeed(by: 1)
    case .playSlower: changeReplaySpeed(by: -1)
    case .back: return goBack()
    case .history:
      toggle(.history)
      return views.last?.subject == .history ? [.loadHistory] : []
    case .mark: list.markSelected()
    case .markAll: list.marks.toggleAll(of: list.rows, in: list.count)
    case .page: return [.page(pageText)]
    case .copy: return copy()
    case .faster: return changeRefresh(to: RefreshRate.faster(than: refreshInterval))
    case .slower: return changeRefresh(to: RefreshRate.slower(than: refreshInterval))
    case .togglePause:
      isPaused.toggle()
      return [.setPaused(isPaused)]
    case .quit where !views.isEmpty: views.removeLast()
    case .quit where tellOfLeaving(): break
    case .quit where machineName != nil: return closeMachine()
    case .quit, .interrupt: return [look, .quit].compactMap(\.self)
    case .redraw: return [.redraw]
    default: break  // Bound only while something is asked or typed.
    }
    return []
  }

  /// Farther than any list is long, and far from overflow.
  private static let farAway = 1 << 40

  /// A page, one line of which stays to read on from.
  private var pageLength: Int {
    let rows: Int
    if !views.isEmpty {
      rows = viewRows
    } else {
      rows = focus == .log ? logRows : tableRows
    }
    return max(rows - 1, 1)
  }

  mutating func move(by steps: Int) {
    if let top = views.indices.last {
      views[top].scroll += steps
    } else if focus == .log {
      logScroll.move(by: steps, in: logFeed, rows: logRows)
    } else if focus == .deadLetters {
      list.move(by: steps)
    }
  }

  private mutating func openFocused() -> [Effect] {
    switch focus {
    case .log: return openLogLine()
    // Of another machine, and in a recording, the queue is known by its figures alone.
    case .queue where machineName == nil && replay == nil: return openQueue()
    case .server, .lock, .queue: views.append(OpenView(.panel(focus)))
    case .deadLetters where list.isGrouped: openGroup()
    case .deadLetters:
      guard let key = list.selection else { return [] }
      views.append(OpenView(.item(key, of: shownList)))
      return [.loadItem(key, of: shownList)]
    }
    return []
  }

  /// Opens a page, or leaves it if it is the one that is shown.
  private mutating func toggle(_ subject: OpenView.Subject) {
    if views.last?.subject == subject {
      views.removeLast()
    } else {
      views.append(OpenView(subject))
    }
  }

  /// Scrolls so that the selection is seen and no view stands beyond its end.
  mutating func keepInView() {
    if fleet != nil {
      let rows = fleetRows
      fleet?.reveal(rows: rows)
    }
    list.revealSelection(rows: tableRows)
    guard let top = views.indices.last else { return }
    let lines = Document(views[top], model: self, columns: viewColumns).count
    views[top].scroll = max(min(views[top].scroll, lines - viewRows), 0)
  }
}
