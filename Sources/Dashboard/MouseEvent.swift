/// What the mouse did on the screen; only told while the person wants the mouse (`m`, `ui.mouse`).
package enum MouseEvent: Hashable, Sendable {
  /// The left button went down.
  case click(Point)
  /// The wheel turned by one notch.
  case wheel(up: Bool, Point)
}
