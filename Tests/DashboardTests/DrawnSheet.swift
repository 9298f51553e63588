import Dashboard
import Testing

/// The cells that a terminal gets, and what must not be among them.
struct DrawnSheet {
  let columns: Int
  let charset: Charset
  let cells: [Cell]
  /// What a cell shows.
  let text: (Cell) -> String

  init(_ canvas: Canvas) {
    columns = canvas.size.columns
    charset = canvas.charset
    cells = canvas.cells
    text = canvas.string
  }

  /// What a painter makes of a text who gives each character a cell, whatever it is.
  init(naive text: String, _ charset: Charset = .unicode) {
    cells = text.unicodeScalars.map { Cell(glyph: $0.value, style: Style()) }
    columns = cells.count
    self.charset = charset
    self.text = { Unicode.Scalar($0.glyph).map { String(Character($0)) } ?? "" }
  }

  /// The first cell that holds a control, or half of a wide glyph.
  var firstFault: String? {
    for (index, cell) in cells.enumerated() {
      let column = index % columns
      var place: String { "column \(column), row \(index / columns)" }
      if cell.glyph == Cell.continuation {
        let left = column > 0 ? text(cells[index - 1]) : ""
        if CellWidth.of(left) != 2 { return "a lone right half at \(place)" }
        continue
      }
      let hasRightHalf = column + 1 < columns && cells[index + 1].glyph == Cell.continuation
      if (0x20..<0x7F).contains(cell.glyph), !hasRightHalf { continue }
      let shown = text(cell)
      if shown.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0) ~= $0.value }) {
        return "a control at \(place)"
      }
      if charset == .ascii, !shown.unicodeScalars.allSatisfy(\.isASCII) {
        return "\(shown) on an ASCII screen at \(place)"
      }
      let isWide = CellWidth.of(shown) == 2
      if isWide != hasRightHalf { return "a lone left half at \(place)" }
    }
    return nil
  }
}

/// The check itself: what is drawn as it comes is caught.
@Suite struct DrawnSheetTests {
  @Test(arguments: [
    ("ok\u{1B}[31m", "a control at column 2, row 0"), ("\u{9B}2J", "a control at column 0, row 0"),
    ("a\u{7F}", "a control at column 1, row 0"), ("日本", "a lone left half at column 0, row 0"),
    ("a\u{0}", "a lone left half at column 0, row 0"),
  ])
  func aNaivePainterIsCaught(text: String, fault: String) {
    #expect(DrawnSheet(naive: text).firstFault == fault)
  }

  @Test func anASCIIScreenShowsNothingElse() {
    #expect(DrawnSheet(naive: "é", .ascii).firstFault == "é on an ASCII screen at column 0, row 0")
    #expect(DrawnSheet(naive: "é").firstFault == nil)
  }
}
