/// One character cell; a wide glyph takes a cell and the `continuation` to its right.
///
/// It is one word, without a gap: 10 000 of them are blanked and compared for each frame, many at a time.
package struct Cell: Hashable, Sendable {
  package static let blank = Cell(glyph: 0x20, style: Style())
  /// The right half of a wide glyph.
  package static let continuation: UInt32 = 0

  /// The glyph in the lower half, the style in the upper one.
  let bits: UInt64

  package init(glyph: UInt32, style: Style) {
    bits = UInt64(glyph) | UInt64(style.bits) << 32
  }

  /// The Unicode scalar to draw, or an index into the canvas's clusters if the top bit is set.
  package var glyph: UInt32 {
    get { UInt32(truncatingIfNeeded: bits) }
    set { self = Cell(glyph: newValue, style: style) }
  }

  package var style: Style {
    get { Style(bits: UInt32(bits >> 32)) }
    set { self = Cell(glyph: glyph, style: newValue) }
  }
}

/// A grid of cells that views paint on; it clips, keeps wide glyphs whole and lets no control through.
///
/// Text is cut into glyphs scalar by scalar, as terminals do it: a base and the marks that combine.
package struct Canvas: Sendable {
  /// Marks a glyph that is an index into `clusters`.
  package static let clusterBit: UInt32 = 1 << 31
  /// Marks that one glyph keeps; a terminal cell holds no more.
  private static let mostMarks = 8
  /// What a mark without a base is drawn on.
  private static let markCarrier: Unicode.Scalar = "\u{25CC}"

  package private(set) var size: Size
  package private(set) var charset: Charset
  /// Row by row, `size.columns` cells each.
  package private(set) var cells: [Cell]
  /// Characters of more than one scalar that cells refer to; the indices hold for this canvas only.
  package private(set) var clusters: [String] = []
  private var clusterIndices: [String: UInt32] = [:]

  package init(size: Size, charset: Charset = .unicode) {
    self.size = Size(columns: max(size.columns, 0), rows: max(size.rows, 0))
    self.charset = charset
    cells = Array(repeating: .blank, count: self.size.columns * self.size.rows)
  }

  /// Blanks every cell, in a new size and character set; the storage is kept where the size is the same.
  package mutating func clear(size: Size, charset: Charset) {
    if size == self.size {
      let blank = Cell.blank
      cells.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] = blank } }
      clusters.removeAll(keepingCapacity: true)
      clusterIndices.removeAll(keepingCapacity: true)
      self.charset = charset
    } else {
      self = Canvas(size: size, charset: charset)
    }
  }

  /// Draws a text from `point` on and returns the columns that it took.
  ///
  /// What does not fit `maxWidth` is cut off and shown by `…`; what lies outside is not drawn.
  @discardableResult
  package mutating func draw(
    _ text: String,
    at point: Point,
    _ style: Style = Style(),
    maxWidth: Int = .max
  ) -> Int {
    let room = min(maxWidth, size.columns - point.x)
    guard room > 0, point.y >= 0, point.y < size.rows else { return 0 }
    let text = CellWidth.clipped(text, to: room)
    var (x, index) = (point.x, text.startIndex)
    while index < text.endIndex {
      if text.utf8[index] < 0x80 {
        let (place, rest) = (Point(x: x, y: point.y), text.utf8[index...])
        let plain = drawASCII(startOf: rest, at: place, style, end: point.x + room)
        x += plain
        rest.formIndex(&index, offsetBy: plain)
        if plain > 0 { continue }
      }
      let scalar = text.unicodeScalars[index]
      text.unicodeScalars.formIndex(after: &index)
      let width = CellWidth.of(scalar)
      if width == 0 {
        combine(scalar, before: x, from: point, style)
        x = max(x, point.x + (x == point.x ? 1 : 0))
      } else {
        // A mark that begins the text took a column of its own.
        if x + width > point.x + room { break }
        put(scalar, width: width, at: Point(x: x, y: point.y), style)
        x += width
      }
    }
    return x - point.x
  }

  /// Draws what a text begins with of printable ASCII, most often all of it, up to the column before
  /// `end`, and returns its columns.
  private mutating func drawASCII(
    startOf text: Substring.UTF8View,
    at point: Point,
    _ style: Style,
    end: Int
  ) -> Int {
    guard point.x >= 0, point.x < end else { return 0 }
    let drawn = text.withContiguousStorageIfAvailable { bytes -> Int in
      let plain = bytes.prefix(end - point.x).prefix { $0 >= 0x20 && $0 < 0x7F }.count
      guard plain > 0 else { return 0 }
      // The cells at both ends may cover half of a wide glyph; those between cannot.
      set(0x20, at: point, style)
      set(0x20, at: Point(x: point.x + plain - 1, y: point.y), style)
      let first = point.y * size.columns + point.x
      cells.withUnsafeMutableBufferPointer { cells in
        for index in 0..<plain {
          cells[first + index] = Cell(glyph: UInt32(bytes[index]), style: style)
        }
      }
      return plain
    }
    return drawn ?? 0
  }

  /// Draws a text so that its last column is the one before `end`, and returns its columns.
  @discardableResult
  package mutating func draw(
    _ text: String,
    endingAt end: Point,
    _ style: Style = Style(),
    maxWidth: Int = .max
  ) -> Int {
    let width = min(CellWidth.of(text), maxWidth)
    return draw(text, at: Point(x: end.x - width, y: end.y), style, maxWidth: width)
  }

  /// Fills a rectangle with one glyph of one column.
  package mutating func fill(_ rect: Rect, with scalar: Unicode.Scalar = " ", _ style: Style) {
    let (first, end) = (max(rect.x, 0), min(rect.endX, size.columns))
    guard first < end else { return }
    for y in max(rect.y, 0)..<max(min(rect.endY, size.rows), max(rect.y, 0)) {
      // The cells at both ends may cover half of a wide glyph; those between cannot.
      put(scalar, width: 1, at: Point(x: first, y: y), style)
      put(scalar, width: 1, at: Point(x: end - 1, y: y), style)
      let row = y * size.columns
      let cell = cells[row + first]
      for index in row + first..<row + end { cells[index] = cell }
    }
  }

  /// Changes the styles in a rectangle and leaves its text.
  package mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    for y in max(rect.y, 0)..<max(min(rect.endY, size.rows), max(rect.y, 0)) {
      for x in max(rect.x, 0)..<max(min(rect.endX, size.columns), max(rect.x, 0)) {
        change(&cells[y * size.columns + x].style)
      }
    }
  }

  private mutating func put(
    _ scalar: Unicode.Scalar,
    width: Int,
    at point: Point,
    _ style: Style
  ) {
    var drawn = CellWidth.isRefused(scalar) ? "\u{FFFD}" : scalar
    let glyph = charset.glyph(for: drawn)
    if glyph != drawn {
      drawn = glyph
      for column in 0..<width {
        set(drawn.value, at: Point(x: point.x + column, y: point.y), style)
      }
      return
    }
    guard width == 2, drawn == scalar else {
      set(drawn.value, at: point, style)
      if width == 2 { set(0x20, at: Point(x: point.x + 1, y: point.y), style) }
      return
    }
    let right = Point(x: point.x + 1, y: point.y)
    guard point.x >= 0, right.x < size.columns else {
      set(0x20, at: point, style)
      set(0x20, at: right, style)
      return
    }
    set(drawn.value, at: point, style)
    set(Cell.continuation, at: right, style)
    cells[point.y * size.columns + point.x].glyph = drawn.value
  }

  /// Writes one cell, and blanks the other half of a wide glyph that it covers.
  private mutating func set(_ glyph: UInt32, at point: Point, _ style: Style) {
    guard point.x >= 0, point.x < size.columns, point.y >= 0, point.y < size.rows else { return }
    let index = point.y * size.columns + point.x
    if cells[index].glyph == Cell.continuation, point.x > 0 {
      cells[index - 1].glyph = 0x20
    } else if point.x + 1 < size.columns, cells[index + 1].glyph == Cell.continuation {
      cells[index + 1].glyph = 0x20
    }
    cells[index] = Cell(glyph: glyph, style: style)
  }

  /// Adds a mark to the glyph that was drawn before column `x`.
  private mutating func combine(
    _ mark: Unicode.Scalar,
    before x: Int,
    from start: Point,
    _ style: Style
  ) {
    guard !charset.isASCII, !CellWidth.isRefused(mark) else { return }
    var column = x - 1
    if x == start.x {
      put(Self.markCarrier, width: 1, at: start, style)
      column = x
    }
    guard column >= 0, column < size.columns else { return }
    var index = start.y * size.columns + column
    if cells[index].glyph == Cell.continuation, column > 0 { index -= 1 }
    var text = string(of: cells[index])
    guard text.unicodeScalars.count <= Self.mostMarks else { return }
    text.unicodeScalars.append(mark)
    cells[index].glyph = Self.clusterBit | clusterIndex(of: text)
  }

  /// What a cell shows; empty for the right half of a wide glyph.
  package func string(of cell: Cell) -> String {
    if cell.glyph == Cell.continuation { return "" }
    if cell.glyph & Self.clusterBit != 0 { return clusters[Int(cell.glyph & ~Self.clusterBit)] }
    return Unicode.Scalar(cell.glyph).map { String(Character($0)) } ?? "\u{FFFD}"
  }

  private mutating func clusterIndex(of text: String) -> UInt32 {
    if let index = clusterIndices[text] { return index }
    let index = UInt32(clusters.count)
    clusters.append(text)
    clusterIndices[text] = index
    return index
  }
}
