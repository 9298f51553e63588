extension Canvas {
  /// Draws a line into the first row of `rect`.
  ///
  /// The right spans are left out whole where they would touch the left ones.
  package mutating func draw(_ line: Line, in rect: Rect) {
    guard !rect.isEmpty else { return }
    draw(line.left, at: Point(x: rect.x, y: rect.y), maxWidth: rect.width)
    guard !line.right.isEmpty else { return }
    guard line.width <= rect.width else { return }
    let rightWidth = line.right.reduce(0) { $0 + $1.width }
    draw(line.right, at: Point(x: rect.endX - rightWidth, y: rect.y), maxWidth: rightWidth)
  }

  /// Draws lines below each other, as many as `rect` has rows.
  package mutating func draw(_ lines: some Sequence<Line>, in rect: Rect) {
    for (index, line) in zip(0..<max(rect.height, 0), lines) {
      draw(line, in: rect.row(index))
    }
  }

  /// Draws spans after each other and returns the columns that they took.
  @discardableResult
  package mutating func draw(_ spans: [Span], at point: Point, maxWidth: Int) -> Int {
    var used = 0
    for (index, span) in spans.enumerated() {
      let room = maxWidth - used
      // No text takes more columns than it has bytes.
      let mayBeCut = index + 1 < spans.count && span.text.utf8.count >= room
      let rest =
        mayBeCut && span.width == room
        ? spans[(index + 1)...].contains { !$0.text.isEmpty } : false
      let text = rest ? CellWidth.clipped(span.text + " ", to: room) : span.text
      used += draw(text, at: Point(x: point.x + used, y: point.y), span.style, maxWidth: room)
      if used >= maxWidth { break }
    }
    return used
  }

  /// Draws a frame with rounded corners, its title spans at the top left and others at the top right.
  ///
  /// The focused one differs by its role and, where there is no colour, by its bold title.
  package mutating func box(
    _ rect: Rect,
    title: [Span],
    trailing: [Span] = [],
    isFocused: Bool = false
  ) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    let style = Style(isFocused ? .focusedBorder : .border, bold: isFocused)
    let (right, bottom) = (rect.endX - 1, rect.endY - 1)
    for (y, left, corner) in [(rect.y, "╭", "╮"), (bottom, "╰", "╯")] {
      draw(left, at: Point(x: rect.x, y: y), style)
      fill(Rect(x: rect.x + 1, y: y, width: rect.width - 2, height: 1), with: "─", style)
      draw(corner, at: Point(x: right, y: y), style)
    }
    for x in [rect.x, right] {
      fill(Rect(x: x, y: rect.y + 1, width: 1, height: rect.height - 2), with: "│", style)
    }
    drawTitles(title, trailing, in: rect.inset(columns: 1, rows: 0), isFocused: isFocused)
  }

  private mutating func drawTitles(
    _ title: [Span],
    _ trailing: [Span],
    in rect: Rect,
    isFocused: Bool
  ) {
    let padding = 2
    guard rect.width > padding else { return }
    var spans = title
    if isFocused, !spans.isEmpty { spans[0].style.isBold = true }
    let start = draw(" ", at: Point(x: rect.x, y: rect.y))
    let titleWidth = draw(
      spans,
      at: Point(x: rect.x + start, y: rect.y),
      maxWidth: rect.width - padding - 1
    )
    let end = draw(" ", at: Point(x: rect.x + start + titleWidth, y: rect.y))
    let used = start + titleWidth + end
    let width = trailing.reduce(0) { $0 + $1.width } + padding
    guard !trailing.isEmpty, used + 1 + width < rect.width else { return }
    draw(
      [Span(" ")] + trailing + [Span(" ")],
      at: Point(x: rect.endX - width, y: rect.y),
      maxWidth: width
    )
  }
}
