import Dashboard
import QueueEngine
import Testing

/// What holds on every screen, whatever the size, the text and the keys.
struct PropertyTests {
  @Test(arguments: 0..<200)
  func randomSessions(_ seed: Int) {
    var session = RandomSession(seed: seed)
    var model = World.model(
      session.size(),
      charset: seed.isMultiple(of: 5) ? .ascii : .unicode
    )
    model.workerCommand = seed.isMultiple(of: 3) ? [] : ["worker"]
    model.isReadOnly = seed.isMultiple(of: 11)
    for _ in 0..<30 {
      let before = model
      let message = session.message(for: model)
      let effects = update(&model, message)
      for effect in effects {
        guard case .loadItem(let key) = effect else { continue }
        _ = update(&model, .itemLoaded(key, World.detail(key)))
      }
      check(model)
      check(effects, of: message, in: before)
      if let asked = before.prompt?.request, let open = model.prompt?.request {
        #expect(open == asked)
      }
    }
  }

  /// Nothing runs but on a key that names it, and on no other thing than the one that was named.
  private func check(_ effects: [Effect], of message: Message, in model: Model) {
    let key: Key? = if case .key(let key) = message { key } else { nil }
    for effect in effects {
      switch effect {
      case .quit, .loadItem, .setPaused, .setRefresh, .copy, .page: break
      case .runWorker:
        #expect(key == .character("s") && model.prompt == nil && !model.isReadOnly)
        #expect(!model.workerCommand.isEmpty && model.workerRun?.isRunning != true)
      case .run(let request):
        #expect(!model.isReadOnly)
        guard let prompt = model.prompt else {
          #expect(isNamed(request, by: key, in: model))
          continue
        }
        #expect(request == prompt.request)
        if case .number(let number) = prompt.answer {
          #expect(key == .enter && prompt.typed == "\(number)")
        } else {
          #expect(key == .character("y"))
        }
      }
    }
  }

  /// Whether a key may start this without a question.
  private func isNamed(_ request: ActionRequest, by key: Key?, in model: Model) -> Bool {
    switch request {
    case .clearLock(let lock):
      // As texts, because a lock whose time is no number equals nothing.
      return key == .character("c") && "\(lock)" == model.snapshot.map { "\($0.lock)" }
        && lock.state == .stale && lock.reason != .orphan
    case .endHolder: return false
    case .retry(let keys):
      guard key == .character("r"), keys.count == 1 else { return false }
      if case .item(let open) = model.views.last?.subject { return keys == [open] }
      return model.marks.isEmpty
        ? keys == [model.deadLetters.selection]
        : keys == model.marks.keys(in: model.deadLetters.items)
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
    #expect(model.marks.keys(in: model.deadLetters.items).count == model.marks.count)
    #expect(model.prompt == nil || model.layout != nil)
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
}
