import Dashboard
import Testing

/// What reaches a cell, and what does not.
struct CanvasTests {
  private func drawn(_ text: String, columns: Int, charset: Charset = .unicode) -> String {
    var canvas = Canvas(size: Size(columns: columns, rows: 1), charset: charset)
    canvas.draw(text, at: Point(x: 0, y: 0))
    return canvas.textRows[0]
  }

  @Test(arguments: [
    ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"), ("日本語", 6, "日本語"),
    ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 1, "…"), ("e\u{301}a", 2, "e\u{301}a"),
    ("a\u{1B}b\u{7}", 9, "a\u{FFFD}b\u{FFFD}"), ("a\u{9B}b", 9, "a\u{FFFD}b"),
    ("\u{202E}x", 9, "\u{FFFD}x"), ("⏳✅✨📋⏸", 9, "⏳✅✨📋⏸"), ("⏳✅✨📋⏸", 8, "⏳✅✨…"),
    ("\u{301}x", 9, "\u{25CC}\u{301}x"),
  ])
  func text(_ text: String, _ columns: Int, _ expected: String) {
    #expect(drawn(text, columns: columns) == expected)
  }

  @Test(arguments: [
    ("─│╭●▲✖━▁…", "-|+*!x#_~"), ("日a", "??a"), ("é", "?"), ("e\u{301}a", "ea"),
  ])
  func asciiText(_ text: String, _ expected: String) {
    #expect(drawn(text, columns: 20, charset: .ascii) == expected)
  }

  @Test(arguments: [
    ("a", 1), ("é", 1), ("日", 2), ("한", 2), ("ﾊ", 1), ("⏳", 2), ("✅", 2), ("✨", 2), ("📋", 2),
    ("⏸", 1), ("●", 1), ("▲", 1), ("✖", 1), ("━", 1), ("e\u{301}\u{302}", 1), ("🫠", 2), ("𠀀", 2),
    ("䷀", 1),
  ])
  func widths(_ text: String, _ width: Int) {
    #expect(CellWidth.of(text) == width)
  }

  @Test func aWideGlyphThatIsHalfCoveredIsBlanked() {
    for covered in 0...1 {
      var canvas = Canvas(size: Size(columns: 4, rows: 1))
      canvas.draw("日", at: Point(x: 0, y: 0))
      canvas.draw("x", at: Point(x: covered, y: 0))
      #expect(canvas.textRows[0] == (covered == 0 ? "x" : " x"))
      #expect(!canvas.cells.contains { $0.glyph == Cell.continuation })
    }
  }

  @Test func whatLiesOutsideIsNotDrawn() {
    var canvas = Canvas(size: Size(columns: 4, rows: 2))
    for point in [Point(x: -3, y: 0), Point(x: 9, y: 0), Point(x: 0, y: -1), Point(x: 0, y: 2)] {
      canvas.draw("日本語", at: point)
      canvas.box(Rect(x: point.x, y: point.y, width: 9, height: 9), title: [Span("t")])
    }
    #expect(canvas.cells.count == 8)
    #expect(Canvas(size: Size(columns: -1, rows: 5)).cells.isEmpty)
  }

  @Test func oneCellKeepsEightMarks() {
    var canvas = Canvas(size: Size(columns: 4, rows: 1))
    canvas.draw("e" + String(repeating: "\u{301}", count: 1000), at: Point(x: 0, y: 0))
    #expect(canvas.string(of: canvas.cells[0]).unicodeScalars.count == 9)
    #expect(canvas.string(of: canvas.cells[1]) == " ")
  }

  @Test func rightAlignedTextEndsWhereItShould() {
    var canvas = Canvas(size: Size(columns: 6, rows: 1))
    #expect(canvas.draw("日a", endingAt: Point(x: 6, y: 0)) == 3)
    #expect(canvas.textRows[0] == "   日a")
  }

  @Test func aFrameHasRoundCornersAndTitles() {
    var canvas = Canvas(size: Size(columns: 20, rows: 3))
    canvas.box(
      Rect(x: 0, y: 0, width: 20, height: 3),
      title: [Span("VPS")],
      trailing: [Span("x")]
    )
    #expect(
      canvas.textRows == ["╭ VPS ────────── x ╮", "│                  │", "╰──────────────────╯"]
    )
  }

  @Test(arguments: [
    ("one two three", 7, ["one two", "three"]), ("abcdefgh", 3, ["abc", "def", "gh"]),
    ("日本語です", 5, ["日本", "語で", "す"]), ("a  b", 4, ["a  b"]), ("", 4, [""]),
  ])
  func wrapping(_ text: String, _ columns: Int, _ lines: [String]) {
    #expect(CellWidth.wrapped(text, to: columns) == lines)
  }

  @Test func framesOfASCIILeaveOtherGlyphs() {
    var canvas = Canvas(size: Size(columns: 12, rows: 2), charset: .asciiFrames)
    canvas.draw("╭─│▇━ ●é日", at: Point(x: 0, y: 0))
    #expect(canvas.textRows[0].hasPrefix("+-|## ●é日"))
  }

  /// Where the terminal draws them in two columns, nothing of ambiguous width is drawn.
  @Test func unambiguousGlyphsOnly() {
    var canvas = Canvas(size: Size(columns: 14, rows: 2), charset: .unambiguous)
    canvas.draw("╭─ ●▲… §é日ü", at: Point(x: 0, y: 0))
    #expect(canvas.textRows[0].hasPrefix("+- *!~ ??日"), "\(canvas.textRows[0])")
    for size in World.sizes {
      let model = World.model(size, World.hostile, charset: .unambiguous)
      for scalar in screen(model).textRows.joined().unicodeScalars {
        #expect(CellWidth.of(scalar) != 1 || scalar.isASCII || !CellWidth.mayBeWide(scalar))
      }
    }
  }
}
