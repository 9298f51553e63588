/// What the mouse does, while the person wants it: it selects, scrolls, sorts, and presses keys of the
/// footer that change nothing.
extension Model {
  private static let linesOfWheel = 3

  mutating func point(_ event: MouseEvent) -> [Effect] {
    guard isMouseOn, let layout else { return [] }
    switch event {
    case .wheel(let isUp, let place):
      notice = nil
      turnWheel(by: isUp ? -Self.linesOfWheel : Self.linesOfWheel, at: place)
      return []
    case .click(let place):
      // The key that is on the screen: behind a notice there is none.
      let binding = FooterPanel.binding(at: place, self, in: layout.footer)
      notice = nil
      if let binding { return press(binding) }
      if mode == .fleet {
        if let fleet, let row = FleetPanel.row(at: place, fleet, layout) {
          self.fleet?.move(by: row - fleet.selectedRow)
        }
      } else if Mode.browsing.contains(mode), views.isEmpty {
        click(at: place)
      }
      return []
    }
  }

  /// Does what a key of the footer does, unless that counts for something: a click is made too easily.
  private mutating func press(_ binding: Binding) -> [Effect] {
    guard let key = binding.keys.first else { return [] }
    guard !acts(binding) else {
      note(.hint, "A click does not count as \(key.label(charset)): press the key.")
      return []
    }
    return press(key)
  }

  private mutating func turnWheel(by steps: Int, at place: Point) {
    switch mode {
    case .view: move(by: steps)
    case .dashboard:
      switch panel(at: place) {
      case .log: logScroll.move(by: steps, in: logFeed, rows: logRows)
      case .deadLetters: list.move(by: steps)
      case .server, .queue, .lock, nil: break
      }
    case .fleet: fleet?.move(by: steps)
    case .choosing, .filtering, .searching, .question, .typing, .replaying: break
    }
  }

  private mutating func click(at place: Point) {
    guard let panel = panel(at: place) else { return }
    focus = panel
    if panel == .log { selectLogRow(at: place) }
    guard panel == .deadLetters, let layout,
      let spot = ListPanel.spot(
        at: place,
        self,
        in: zoomedRect ?? layout.deadLetters,
        isFramed: zoomedRect != nil || layout.isFramed
      )
    else { return }
    switch spot {
    case .row(let row):
      list.move(by: row - list.selectedPlace)
    case .heading(let column):
      sort { sort in
        if sort.column == column {
          sort.isReversed.toggle()
        } else {
          (sort.column, sort.isReversed) = (column, false)
        }
      }
    }
  }

  /// The panel at a place of the screen.
  private func panel(at place: Point) -> Panel? {
    if let zoomedRect { return zoomedRect.contains(place) ? focus : nil }
    guard let layout else { return nil }
    var rects: [(Panel, Rect)] = [(.deadLetters, layout.deadLetters)]
    if case .boxes(let server, let queue, let lock) = layout.status {
      rects += [(.server, server), (.queue, queue), (.lock, lock)]
    }
    if let log = layout.log { rects.append((.log, log)) }
    return rects.first { $0.1.contains(place) }?.0
  }
}
