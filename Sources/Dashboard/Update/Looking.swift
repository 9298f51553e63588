internal import QueueEngine

/// What keys do that show things another way.
extension Model {
  /// Sorts by another column or the other way round.
  mutating func sort(_ change: (inout ItemSort) -> Void) {
    var sort = list.sort
    change(&sort)
    list.sort(by: sort, at: now, causes: shownCauses)
  }

  /// Leaves what lies on top: a wait for the lock, else a page, else the search in the log that has the
  /// focus, else the group, else the filter, else the list of the queue, else the zoom.
  mutating func goBack() -> [Effect] {
    if isWaitingForLock { return cancelWaits() }
    if !views.isEmpty {
      views.removeLast()
    } else if focus == .log, !search.isEmpty {
      endSearch()
    } else if list.group != nil {
      leaveGroup()
    } else if list.isFiltered {
      show(ItemFilter())
    } else if isQueueOpen {
      focus = .queue
      return closeQueue()
    } else if machineName != nil, !isZoomed {
      return closeMachine()
    } else {
      isZoomed = false
    }
    return []
  }

  mutating func useNextTheme() {
    appearance = appearance.next(among: themes)
    note(.hint, "Colours: \(appearance.name).")
  }

  mutating func toggleMouse() {
    isMouseOn.toggle()
    note(
      .hint,
      isMouseOn
        ? "The mouse selects, scrolls and sorts; with Shift it selects text as before."
        : "The mouse selects text, as the terminal does by itself."
    )
  }

  mutating func changeRefresh(to interval: Duration?) -> [Effect] {
    guard let interval else { return [] }
    refreshInterval = interval
    note(
      .hint,
      "Everything is checked every \(RefreshRate.text(interval)), and at once when a file changes."
    )
    return [.setRefresh(interval)]
  }

  mutating func setReadOnly(_ isReadOnly: Bool) {
    self.isReadOnly = isReadOnly
    note(
      .success,
      isReadOnly ? "Read-only: no key changes anything." : "Changes are allowed in this session."
    )
  }

  /// Says why nothing was seen of a page, where the pager failed.
  mutating func tellPagerFailure(status: Int32?) {
    switch status {
    case 0: break
    case nil: note(.failure, "The pager could not be started.")
    case 126, 127: note(.failure, "The shell cannot run the pager: check $PAGER.")
    case let status?: note(.failure, "The pager ended with status \(status).")
    }
  }

  /// Copies the id of the selected item, the content of the open one, or the open page.
  mutating func copy() -> [Effect] {
    guard let (text, what) = copyable else { return [] }
    note(.success, "Copied \(what).")
    return [.copy(text)]
  }

  /// What the copy key takes, and its name for the person.
  private var copyable: (text: String, what: String)? {
    if views.isEmpty, focus == .log, let row = logScroll.selectedRow(of: logFeed) {
      return (logFeed.entries[logFeed.rows[row].last].line.text, "the line of the log")
    }
    guard let view = views.last else {
      return isGrouped ? nil : list.selection.map { ($0.id, "the id \($0.id)") }
    }
    guard case .item(let key, _) = view.subject else {
      let text = pageText
      return (text, "this page, \(text.utf8.count) bytes")
    }
    guard let item = view.item else { return nil }
    let text = item.detail.content.joined(separator: "\n")
    return (text, "the content of \(key.shortName), \(text.utf8.count) bytes")
  }
}
