/// Where things lie while one panel fills the screen, and where they do else.
extension Model {
  /// Where the focused panel is drawn while it fills the screen; the verdict stays above it.
  var zoomedRect: Rect? {
    guard isZoomed, let layout else { return nil }
    let top = layout.banner.endY
    return Rect(x: 0, y: top, width: layout.banner.width, height: layout.footer.y - top)
  }

  /// The rows of dead letters that are shown; 1 where they are out of sight.
  package var tableRows: Int {
    guard let rect = zoomedRect else { return layout?.tableRows ?? 1 }
    return focus == .deadLetters ? ListPanel.rows(in: rect) : 1
  }

  /// The lines of the log that are shown; none where it is out of sight.
  package var logRows: Int {
    guard let rect = zoomedRect else { return layout?.logRows ?? 0 }
    return focus == .log ? max(rect.height - 2, 0) : 0
  }

  /// Whether another panel fills the screen, so that nobody sees which dead letter is selected.
  var isListHidden: Bool { views.isEmpty && isZoomed && focus != .deadLetters }

  /// Whether the log panel is on the screen.
  var isLogShown: Bool { views.isEmpty && logRows > 0 }
}
