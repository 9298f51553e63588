/// The frame of a panel: border, title, focus, and a mark that shows where in a long list one is.
enum PanelFrame {
  /// Columns between the edge of a panel and its text.
  static let padding = 2
  /// Corners, the blanks around a title, and a piece of border after it.
  private static let titleOverhead = 5

  /// The columns that a title may take.
  static func titleColumns(in rect: Rect) -> Int { rect.width - titleOverhead }

  /// Draws the frame and returns the rectangle for the text.
  static func draw(
    _ title: [Span],
    trailing: [Span] = [],
    in rect: Rect,
    isFocused: Bool,
    on canvas: inout Canvas
  ) -> Rect {
    canvas.box(rect, title: title, trailing: trailing, isFocused: isFocused)
    return rect.inset(columns: padding, rows: 1)
  }

  /// Marks on the right border which part of `count` lines is shown.
  static func drawThumb(
    first: Int,
    shown: Int,
    of count: Int,
    in track: Rect,
    isFocused: Bool,
    on canvas: inout Canvas
  ) {
    guard count > shown, track.height > 0 else { return }
    let length = max(track.height * shown / count, 1)
    let room = track.height - length
    let start = (room * first + (count - shown) / 2) / (count - shown)
    let thumb = Rect(
      x: track.x,
      y: track.y + min(max(start, 0), room),
      width: 1,
      height: length
    )
    canvas.fill(thumb, with: "┃", Style(isFocused ? .focusedBorder : .border, bold: true))
  }
}
