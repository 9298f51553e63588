import Dashboard
import QueueEngine
import Testing

/// What holds on every screen, whatever the size, the text and the keys.
struct PropertyTests {
  private static let keys: [Key] =
    Keymap.standard.bindings.flatMap(\.keys) + [.character("x"), .left, .function(1), .delete]

  @Test(arguments: 0..<200)
  func randomSessions(_ seed: Int) {
    var random = SeededGenerator(seed: seed)
    var model = World.model(
      randomSize(&random),
      charset: seed.isMultiple(of: 5) ? .ascii : .unicode
    )
    for _ in 0..<25 {
      let effects = update(&model, randomMessage(&random))
      for effect in effects {
        guard case .loadItem(let key) = effect else { continue }
        _ = update(&model, .itemLoaded(key, World.detail(key)))
      }
      check(model)
    }
  }

  @Test func everySizeUpToSmallScreens() {
    var model = World.model(Size(columns: 0, rows: 0), World.hostile)
    for columns in 0...90 {
      for rows in stride(from: 0, through: 40, by: 3) {
        _ = update(&model, .resized(Size(columns: columns, rows: rows)))
        check(model)
      }
    }
  }

  private func check(_ model: Model) {
    let canvas = screen(model)
    #expect(canvas.cells.count == max(model.size.columns, 0) * max(model.size.rows, 0))
    #expect(firstFault(of: canvas) == nil)
    if model.deadLetters.isEmpty {
      #expect(model.deadLetters.selection == nil)
    } else {
      #expect(model.deadLetters.selectedItem?.key == model.deadLetters.selection)
      #expect(model.deadLetters.selection != nil)
      let rows = model.layout?.tableRows ?? 1
      let shown = model.deadLetters.top..<model.deadLetters.top + rows
      #expect(shown.contains(model.deadLetters.selectedRow))
    }
    #expect((model.views.last?.scroll ?? 0) >= 0)
  }

  /// The first cell that holds a control, or half of a wide glyph.
  private func firstFault(of canvas: Canvas) -> String? {
    let columns = canvas.size.columns
    for (index, cell) in canvas.cells.enumerated() {
      let column = index % columns
      var place: String { "column \(column), row \(index / columns)" }
      if cell.glyph == Cell.continuation {
        let left = column > 0 ? canvas.string(of: canvas.cells[index - 1]) : ""
        if CellWidth.of(left) != 2 { return "a lone right half at \(place)" }
        continue
      }
      let hasRightHalf =
        column + 1 < columns && canvas.cells[index + 1].glyph == Cell.continuation
      if (0x20..<0x7F).contains(cell.glyph), !hasRightHalf { continue }
      let text = canvas.string(of: cell)
      if text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0) ~= $0.value }) {
        return "a control at \(place)"
      }
      if canvas.charset == .ascii, !text.unicodeScalars.allSatisfy(\.isASCII) {
        return "\(text) on an ASCII screen at \(place)"
      }
      let isWide = CellWidth.of(text) == 2
      if isWide != hasRightHalf { return "a lone left half at \(place)" }
    }
    return nil
  }

  private func randomSize(_ random: inout SeededGenerator) -> Size {
    Int.random(in: 0..<12, using: &random) == 0
      ? Size(
        columns: .random(in: 0...500, using: &random),
        rows: .random(in: 0...200, using: &random)
      )
      : Size(
        columns: .random(in: 38...130, using: &random),
        rows: .random(in: 8...45, using: &random)
      )
  }

  private func randomMessage(_ random: inout SeededGenerator) -> Message {
    switch Int.random(in: 0..<20, using: &random) {
    case 0: .resized(randomSize(&random))
    case 1: .tick(World.now + .seconds(Double.random(in: -5000...5000, using: &random)))
    case 2: .paste("\u{1B}[201~q")
    case 3, 4: .snapshot(randomSnapshot(&random))
    default: .key(Self.keys.randomElement(using: &random) ?? .enter)
    }
  }

  private func randomSnapshot(_ random: inout SeededGenerator) -> Snapshot {
    let worlds = [
      World.empty, World.missing, World.busy, World.incident, World.corrupt, World.hostile,
    ]
    var snapshot = worlds.randomElement(using: &random) ?? World.empty
    let states: [FileState] = [.ok, .ok, .missing, .corrupt, .unreadable]
    snapshot.queue.state = states.randomElement(using: &random) ?? .ok
    snapshot.deadLetters.state = states.randomElement(using: &random) ?? .ok
    snapshot.log.state = states.randomElement(using: &random) ?? .ok
    let extremes = [
      0, 1, -1, 1e300, -1e300, .nan, .infinity, World.now.secondsSinceEpoch,
    ]
    .map { (value: Double) in value }
    let moment = Timestamp(extremes.randomElement(using: &random) ?? 0)
    snapshot.lock.modifiedAt = Bool.random(using: &random) ? moment : nil
    snapshot.queue.content?.oldest = moment
    snapshot.metrics.content?.lastUpdate = moment
    let count = Int.random(in: 0...30, using: &random)
    snapshot.deadLetters.content?.items = (0..<count).map { index in
      var item = World.letter(index)
      item.key.occurrence = index
      item.retryCount = [0, 5, .max, .min].randomElement(using: &random) ?? 0
      item.lastAttempt = Timestamp(extremes.randomElement(using: &random) ?? 0)
      return item
    }
    return snapshot
  }
}
