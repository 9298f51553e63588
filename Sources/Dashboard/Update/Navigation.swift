internal import QueueEngine

extension Model {
  /// Carries out what a key is bound to; one that is bound to nothing does nothing.
  mutating func press(_ key: Key) -> [Effect] {
    notice = nil
    defer { keepInView() }
    if prompt != nil { return answer(key) }
    guard let binding = keymap.binding(for: key, in: mode) else { return [] }
    // On a screen that is too small nobody sees what would be changed.
    guard binding.section != .act || layout != nil else { return [] }
    if let reason = binding.disabledReason(self) {
      note(.hint, reason)
      return []
    }
    return perform(binding.command)
  }

  private mutating func perform(_ command: Command) -> [Effect] {
    switch command {
    case .moveDown: move(by: 1)
    case .moveUp: move(by: -1)
    case .pageDown: move(by: pageLength)
    case .pageUp: move(by: -pageLength)
    case .first: move(by: -Self.farAway)
    case .last: move(by: Self.farAway)
    case .focusNext: focus = focus.advanced(by: 1)
    case .focusPrevious: focus = focus.advanced(by: -1)
    case .focus(let panel): focus = panel
    case .open: return openFocused()
    case .findings: views.append(OpenView(.findings))
    case .back: views.removeLast()
    case .help: toggle(.help)
    case .history: toggle(.history)
    case .clearLock, .endHolder: return askForLock(command)
    case .retry:
      let name = marks.isEmpty ? "dead letter" : "marked dead letter"
      return askForRetry(of: retryTargets, named: name, mayStart: true)
    case .retryAll:
      let keys = deadLetters.items.map(\.key)
      return askForRetry(of: keys, named: "dead letter", mayStart: false)
    case .runWorker: return runWorker()
    case .mark: markSelected()
    case .markAll: marks.toggleAll(of: deadLetters.count)
    case .confirm, .decline, .submit, .erase: break  // Bound only while a question is open.
    case .togglePause:
      isPaused.toggle()
      return [.setPaused(isPaused)]
    case .quit: return [.quit]
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
      rows = (focus == .log ? layout?.logRows : layout?.tableRows) ?? 1
    }
    return max(rows - 1, 1)
  }

  private mutating func move(by steps: Int) {
    if let top = views.indices.last {
      views[top].scroll += steps
    } else if focus == .log {
      logScroll.move(by: steps, in: logFeed, rows: layout?.logRows ?? 0)
    } else if focus == .deadLetters {
      deadLetters.moveSelection(by: steps)
    }
  }

  private mutating func markSelected() {
    guard let index = deadLetters.index(atRow: deadLetters.selectedRow) else { return }
    marks.toggle(index: index, of: deadLetters.count)
    deadLetters.moveSelection(by: 1)
  }

  private mutating func openFocused() -> [Effect] {
    guard focus == .deadLetters else {
      views.append(OpenView(.panel(focus)))
      return []
    }
    guard let key = deadLetters.selection else { return [] }
    views.append(OpenView(.item(key)))
    return [.loadItem(key)]
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
    deadLetters.revealSelection(rows: layout?.tableRows ?? 1)
    guard let top = views.indices.last else { return }
    let lines = Document(views[top], model: self, columns: viewColumns).count
    views[top].scroll = max(min(views[top].scroll, lines - viewRows), 0)
  }
}
