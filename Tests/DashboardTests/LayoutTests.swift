import Dashboard
import QueueEngine
import Testing

/// Where the panels lie, drawn as boxes of letters.
struct LayoutTests {
  @Test(arguments: [
    (40, 10), (40, 14), (60, 24), (60, 40), (76, 16), (80, 24), (100, 22), (120, 40), (200, 50),
    (60, 50), (300, 15), (120, 80),
  ])
  func boxes(_ columns: Int, _ rows: Int) throws {
    let size = Size(columns: columns, rows: rows)
    let texts = try [LayoutNeeds(), LayoutNeeds(deadLetters: 12)].map { needs in
      let layout = try #require(Layout(size: size, needs: needs))
      return "dead letters \(needs.deadLetters)\n" + draw(layout, size)
    }
    try expectGolden(
      texts.joined(separator: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init),
      "layout-\(columns)x\(rows)"
    )
  }

  @Test(arguments: [(39, 10), (40, 9), (0, 0), (500, 9), (-1, -1)])
  func nothingIsLaidOutBelowTheSmallestSize(_ columns: Int, _ rows: Int) {
    #expect(Layout(size: Size(columns: columns, rows: rows), needs: LayoutNeeds()) == nil)
  }

  @Test func partsNeverOverlapAndCoverEverything() throws {
    for columns in stride(from: 40, through: 500, by: 7) {
      for rows in 10...200 {
        for needs in [
          LayoutNeeds(), LayoutNeeds(deadLetters: 100_000),
          LayoutNeeds(deadLetters: 12, footerRows: 9),
        ] {
          let size = Size(columns: columns, rows: rows)
          let layout = try #require(Layout(size: size, needs: needs))
          let area = rects(layout).reduce(0) { $0 + $1.rect.width * $1.rect.height }
          #expect(area == columns * rows)
          #expect(layout.tableRows >= 1)
        }
      }
    }
  }

  /// Panels keep their heights: a list that grows gets rows a few at a time, and one that shrinks keeps
  /// them.
  @Test func theTableGrowsInStepsAndNeverShrinks() throws {
    var model = World.model(Size(columns: 120, rows: 40), World.empty)
    var heights: [Int] = []
    for count in Array(0...12) + [3, 0] {
      var snapshot = World.incident
      snapshot.deadLetters.content?.items = (0..<count).map(World.letter)
      _ = update(&model, .snapshot(snapshot))
      heights.append(try #require(model.layout).deadLetters.height)
    }
    #expect(heights == [7, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15, 15, 15])
  }

  private func rects(_ layout: Layout) -> [(letter: Character, rect: Rect)] {
    var result: [(letter: Character, rect: Rect)] = [
      ("h", layout.header), ("b", layout.banner), ("d", layout.deadLetters), ("f", layout.footer),
    ]
    switch layout.status {
    case .boxes(let server, let queue, let lock):
      result += [("v", server), ("q", queue), ("l", lock)]
    case .lines(let rect): result.append(("s", rect))
    }
    if let log = layout.log { result.append(("o", log)) }
    return result
  }

  /// Each part as a frame of its letter; two parts in one cell show as `#`.
  private func draw(_ layout: Layout, _ size: Size) -> String {
    var grid = Array(
      repeating: Array(repeating: Character(" "), count: size.columns),
      count: size.rows
    )
    for (letter, rect) in rects(layout) {
      for y in rect.y..<rect.endY {
        for x in rect.x..<rect.endX {
          let isEdge = x == rect.x || x == rect.endX - 1 || y == rect.y || y == rect.endY - 1
          guard isEdge else { continue }
          grid[y][x] = grid[y][x] == " " ? letter : "#"
        }
      }
    }
    return grid.map { String($0) }.joined(separator: "\n") + "\n"
  }
}
