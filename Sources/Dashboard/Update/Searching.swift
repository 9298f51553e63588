internal import QueueEngine

/// Looking for a text in the log and on pages, and for what went wrong in the log.
extension Model {
  /// Whether the search key looks for lines here; else it filters the dead letters.
  var searchesLines: Bool { !views.isEmpty || focus == .log }

  /// What is looked for on the page that is open, else in the log.
  var shownSearch: FoldedText { views.last?.search ?? search }

  /// Whether the page that is open, else the log, shows only what matches.
  var isNarrowed: Bool { views.last?.isNarrowed ?? isLogNarrowed }

  /// Opens the line in which the filter or the search is typed, with the present one to go on from.
  mutating func openFilterOrSearch() {
    guard searchesLines else {
      openFilter()
      return
    }
    searchEntry = TextEntry(shownSearch.text)
  }

  mutating func typeSearch(_ key: Key) -> [Effect] {
    guard var entry = searchEntry else { return [] }
    let command = keymap.binding(for: key, in: .searching)?.command
    switch command {
    case .submit:
      searchEntry = nil
      if !shownSearch.isEmpty { goToFirstMatch() }
    case .decline:
      searchEntry = nil
      endSearch()
    default:
      entry.take(key, command)
      searchEntry = entry
      look(for: entry.text)
    }
    return []
  }

  /// Looks for a text; where only what matches is shown, other lines are then.
  mutating func look(for text: String) {
    if let top = views.indices.last {
      (views[top].search, views[top].match) = (FoldedText(text), nil)
      if text.isEmpty { views[top].isNarrowed = false }
      if views[top].isNarrowed { views[top].scroll = 0 }
      return
    }
    search = FoldedText(text)
    if isLogNarrowed {
      isLogNarrowed = !search.isEmpty
      rebuildLogFeed()
    }
  }

  /// Looks for nothing any more.
  mutating func endSearch() { look(for: "") }

  /// How many lines hold what is looked for: those of the page, else those of the log.
  var matchCount: Int {
    guard !shownSearch.isEmpty else { return 0 }
    if let view = views.last {
      return matches(in: Document(view, model: self, columns: viewColumns)).count
    }
    return logFeed.entries.count { search.isContained(in: $0.line.text) }
  }

  /// Goes to the first match: on a page the next one, and in the log from the selected line on; in a log
  /// that is followed to the latest one.
  private mutating func goToFirstMatch() {
    guard views.isEmpty else {
      goToMatch(isForward: true)
      return
    }
    guard let row = logScroll.selectedRow(of: logFeed) else { return }
    if isMatch(row) {
      let rows = logFeed.rows.indices.filter(isMatch)
      noteMatch(row, of: rows, isRound: false, isForward: true)
      logScroll.show(row: row, in: logFeed, rows: logRows)
    } else {
      goToMatch(isForward: logScroll != .following)
    }
  }

  /// Goes to the next match or the one before, round the end where there is none.
  mutating func goToMatch(isForward: Bool) {
    guard let top = views.indices.last else {
      let rows = logFeed.rows.indices.filter(isMatch)
      goToLogRow(in: rows, isForward: isForward, "No line of the log holds \(search.text).")
      return
    }
    let document = Document(views[top], model: self, columns: viewColumns)
    let matches = matches(in: document)
    guard let first = matches.first, let last = matches.last else {
      note(.hint, "Nothing on this page holds \(views[top].search.text).")
      return
    }
    let here = views[top].match ?? views[top].scroll - (isForward ? 1 : 0)
    let next = isForward ? matches.first { $0 > here } : matches.last { $0 < here }
    let match = next ?? (isForward ? first : last)
    noteMatch(match, of: matches, isRound: next == nil, isForward: isForward)
    views[top].match = match
    let shown = views[top].scroll..<views[top].scroll + viewRows
    if !shown.contains(match) { views[top].scroll = match - viewRows / 3 }
  }

  /// Goes to the next refusal or failure in the log, or the one before.
  mutating func goToTrouble(isForward: Bool) {
    focus = .log
    let rows = logFeed.rows.indices.filter { row in
      let kind = logFeed.entries[logFeed.rows[row].last].line.kind
      return kind == .uploadFailed || LogPanel.role(of: kind) == .critical
    }
    goToLogRow(in: rows, isForward: isForward, "The log tells of no refusal and no failure.")
  }

  /// Goes to a time, as it was written: in a recording to what was so then, else to the first line of the
  /// log that is not older.
  mutating func goToTime(_ text: String) -> [Effect] {
    let latest = replay?.end ?? now
    guard let moment = LogMoment.parse(text, now: latest, zoneOffset: zoneOffset) else {
      let colon = keymap.label(of: .palette, charset) ?? ""
      note(.hint, "A time is \(colon)at 02:15 or \(colon)at yesterday 22:10.")
      return []
    }
    guard let replay else {
      goToLogTime(moment)
      return []
    }
    if moment < replay.start || moment > replay.end {
      let (start, end) = (told(replay.start), told(replay.end))
      note(.hint, "The recording is from \(start) to \(end).")
    }
    return [.replay(.moment(min(max(moment, replay.start), replay.end)))]
  }

  private func told(_ moment: Timestamp) -> String {
    moment.momentText(at: now, zoneOffset: zoneOffset)
  }

  private mutating func goToLogTime(_ moment: Timestamp) {
    let times = logFeed.rows.map { logFeed.entries[$0.last].line.time }
    guard let first = times.lazy.compactMap({ $0 }).first else {
      note(.hint, "No line of the log tells when it was written.")
      return
    }
    views = []
    focus = .log
    if layout?.log == nil { isZoomed = true }
    let row = times.firstIndex { $0.map { $0 >= moment } ?? false }
    logScroll.show(row: row ?? logFeed.rows.count - 1, in: logFeed, rows: logRows)
    if moment < first {
      note(
        .hint,
        "The log was read from \(told(first)) on: mem0top log --since searches all of it."
      )
    } else if row == nil {
      note(.hint, "No line of the log is as late as \(told(moment)).")
    }
  }

  /// Goes to the next of these rows of the log, in their order, or the one before.
  private mutating func goToLogRow(in rows: [Int], isForward: Bool, _ absence: String) {
    guard let first = rows.first, let last = rows.last,
      let here = logScroll.selectedRow(of: logFeed)
    else {
      note(.hint, absence)
      return
    }
    let next = isForward ? rows.first { $0 > here } : rows.last { $0 < here }
    let row = next ?? (isForward ? first : last)
    noteMatch(row, of: rows, isRound: next == nil, isForward: isForward)
    logScroll.show(row: row, in: logFeed, rows: logRows)
  }

  /// Says which of them this one is, and that it went on at the other end.
  private mutating func noteMatch(_ match: Int, of all: [Int], isRound: Bool, isForward: Bool) {
    let place = (all.firstIndex(of: match) ?? 0) + 1
    let turn = isRound ? ", on from the \(isForward ? "top" : "end")" : ""
    note(.hint, "\(place) of \(all.count)\(turn).")
  }

  private func isMatch(_ row: Int) -> Bool {
    logFeed.entries(ofRow: row).contains { search.isContained(in: $0.line.text) }
  }

  private func matches(in document: Document) -> [Int] {
    document.lines(0..<document.count).enumerated()
      .compactMap { $0.element.holds(shownSearch) ? $0.offset : nil }
  }

  /// Shows only the lines that match, or all of them again.
  mutating func toggleNarrowing() {
    if let top = views.indices.last {
      views[top].isNarrowed.toggle()
      (views[top].scroll, views[top].match) = (0, nil)
      return
    }
    focus = .log
    isLogNarrowed.toggle()
    rebuildLogFeed()
  }

  /// Shows the log with the lines that name the open dead letter, or the selected one.
  mutating func showLogOfItem() {
    guard let key = itemInView, !key.id.isEmpty else { return }
    let name = key.shortID
    guard logFeed.entries.contains(where: { FoldedText(name).isContained(in: $0.line.text) }) else {
      note(.hint, "The log, as far as it was read, does not name \(name).")
      return
    }
    views = []
    focus = .log
    look(for: name)
    isLogNarrowed = true
    rebuildLogFeed()
    logScroll = .following
    if layout?.log == nil { isZoomed = true }
  }

  /// The item that is open, else the selected one.
  var itemInView: ItemKey? {
    guard let view = views.last else {
      return focus == .log || isGrouped ? nil : list.selection
    }
    if case .item(let key, _) = view.subject { return key }
    return nil
  }

  /// Opens the dead letter that the selected line of the log names, else all about the line.
  mutating func openLogLine() -> [Effect] {
    guard let row = logScroll.selectedRow(of: logFeed) else { return [] }
    if let key = deadLetter(namedBy: logFeed.entries[logFeed.rows[row].last].line) {
      views.append(OpenView(.item(key)))
      return [.loadItem(key)]
    }
    views.append(OpenView(.logLine(logFeed.number(ofRow: row))))
    return []
  }

  /// The dead letter whose id begins as a line says.
  func deadLetter(namedBy line: LogLine) -> ItemKey? {
    guard let prefix = line.idPrefix, !prefix.isEmpty else { return nil }
    return deadLetters.items.first { $0.key.id.hasPrefix(prefix) }?.key
  }

  mutating func selectLogRow(at place: Point) {
    guard let layout, let rect = zoomedRect ?? layout.log else { return }
    let isFramed = zoomedRect != nil || layout.isFramed
    guard let row = LogPanel.row(at: place, self, in: rect, isFramed: isFramed) else { return }
    logScroll.select(row: row, in: logFeed, rows: logRows)
  }

  /// Why a search cannot go on; `nil` where it can.
  func searchObstacle(to command: Command) -> String? {
    switch command {
    case .filter: return obstacle(to: .filter)
    case .nextMatch, .previousMatch:
      guard shownSearch.isEmpty else { return nil }
      return "Nothing is looked for\(wayToSearch)."
    case .onlyMatching:
      guard shownSearch.isEmpty, !isNarrowed else { return nil }
      return "Nothing is looked for \(views.isEmpty ? "in the log" : "here")\(wayToSearch)."
    case .itemLog:
      guard let key = itemInView else {
        return views.isEmpty && focus == .log
          ? "This is the log."
          : "There is no \(shownList.word(for: 1)) here: go back and select one."
      }
      return key.id.isEmpty
        ? "The \(targetList.word(for: 1)) has no id that a line could name." : logObstacle
    case .nextTrouble, .previousTrouble, .open: return logObstacle
    default: return nil
    }
  }

  private var logObstacle: String? {
    logFeed.count == 0 ? "There is no line of a log yet." : nil
  }

  private var wayToSearch: String {
    guard let key = keymap.label(of: .filter, charset) else { return "" }
    let log = keymap.label(of: .focus(.log), charset).map { $0 + " and " } ?? ""
    return searchesLines ? ": \(key) and a text" : ": \(log)\(key) and a text"
  }
}
