import Dashboard
import QueueEngine
import TestSupport
import Testing

/// The queue as a list: opened from its panel, with all that the dead letters can.
struct QueueListTests {
  private let size = Size(columns: 120, rows: 40)

  /// The incident's world with the list open, as soon as the items have come.
  private func model(_ size: Size = Size(columns: 120, rows: 40), _ keys: [Key] = []) -> Model {
    var model = World.model(size, World.incident)
    model.workerCommand = ["worker"]
    for key in [Key.character("2"), .enter] { _ = update(&model, .key(key)) }
    _ = update(&model, .queueListed(World.queuedItems))
    for key in keys { _ = update(&model, .key(key)) }
    return model
  }

  private func text(_ model: Model) -> String { screen(model).textRows.joined(separator: "\n") }

  private func typed(_ text: String) -> [Key] { text.map(Key.character) }

  @Test(arguments: World.sizes)
  func looks(_ size: Size) throws { try expectScreen(model(size), "queue-list") }

  @Test(arguments: World.sizes)
  func byCause(_ size: Size) throws { try expectScreen(model(size, typed("v")), "queue-causes") }

  @Test(arguments: World.sizes)
  func anEmptyOneSaysWhatComesHere(_ size: Size) throws {
    var model = model(size)
    _ = update(&model, .queueListed([]))
    try expectScreen(model, "queue-none")
  }

  @Test(arguments: World.sizes)
  func aMemoryLooks(_ size: Size) throws {
    var model = model(size, [.character("G"), .enter])
    let key = try #require(model.queued.selection)
    _ = update(&model, .itemLoaded(key, World.detail(key), of: .queue))
    try expectScreen(model, "queue-item")
  }

  @Test func itIsReadOnlyWhileItIsOpen() {
    var model = World.model(size, World.incident)
    _ = update(&model, .key(.character("2")))
    #expect(update(&model, .key(.enter)) == [.listQueue(true)])
    #expect(text(model).contains("reading the queue …"))
    _ = update(&model, .queueListed(World.queuedItems))
    #expect(model.queued.count == 36 && text(model).contains("Queue  36 · "))
    #expect(update(&model, .key(.escape)) == [.listQueue(false)])
    #expect(model.queued.isEmpty && !model.isQueueOpen && model.focus == .queue)
    #expect(text(model).contains("Dead letters  12"))
    // An answer that comes late is for nobody.
    _ = update(&model, .queueListed(World.queuedItems))
    #expect(model.queued.isEmpty)
  }

  @Test func theKeyOfTheDeadLettersShowsThemAgain() {
    var model = model()
    #expect(update(&model, .key(.character("4"))) == [.listQueue(false)])
    #expect(model.focus == .deadLetters && !model.isQueueOpen)
  }

  @Test func theOldestStandsFirstAndEveryColumnSorts() {
    var model = model()
    #expect(model.queued.sort.column == .age && model.queued.sort.isReversed)
    let ages = model.queued.rows.map { model.queued.items[$0].movedAt ?? World.now }
    #expect(ages == ages.sorted())
    var columns: [ItemSort.Column] = []
    for _ in 0..<5 {
      _ = update(&model, .key(.character("o")))
      columns.append(model.queued.sort.column)
    }
    #expect(columns == [.cause, .id, .project, .tries, .age])
    #expect(model.deadLetters.sort == ItemSort())
  }

  @Test func filtersAndMarksAreItsOwn() {
    var model = model(size, typed("/tries>2") + [.enter, .character("*")])
    #expect(model.queued.shownCount == model.queued.items.count { $0.retryCount > 2 })
    #expect(model.queued.marks.count == model.queued.shownCount)
    #expect(!model.deadLetters.isFiltered && model.deadLetters.marks.isEmpty)
    _ = update(&model, .key(.escape))
    #expect(model.queued.shownCount == 36 && model.isQueueOpen)
  }

  @Test func aCauseIsFoundByItself() {
    let model = model(size, typed("/cause:timeout"))
    let shown = model.queued.rows.map { model.queued.items[$0] }
    #expect(!shown.isEmpty && shown.allSatisfy { $0.lastError?.contains("timeout") == true })
    let none = self.model(size, typed("/cause:"))
    #expect(text(none).contains("cause: needs a word after it, like cause:502"))
  }

  @Test func groupsActAsInTheDeadLetters() throws {
    var model = model(size, typed("v"))
    let members = try #require(model.groups.selected).members.map { model.queued.items[$0].key }
    _ = update(&model, .key(.character("x")))
    #expect(model.prompt?.request == .drop(members, from: .queue))
    #expect(model.prompt?.question == "Drop \(members.count) memories?")
  }

  @Test func aDropIsConfirmedByTypingAndActsOnTheKeysThatWereShown() throws {
    var model = model(size, typed("jx"))
    let key = try #require(model.queued.selection)
    #expect(model.prompt?.request == .drop([key], from: .queue))
    #expect(model.prompt?.question == "Drop this memory?")
    _ = update(&model, .queueListed(Array(World.queuedItems.dropFirst(9))))
    for character in key.id.prefix(8) { _ = update(&model, .key(.character(character))) }
    #expect(update(&model, .key(.enter)) == [.run(.drop([key], from: .queue))])
  }

  @Test(arguments: ["r", "R"] as [Character])
  func whatWaitsIsNotRetried(_ key: Character) {
    var model = model()
    #expect(update(&model, .key(.character(key))).isEmpty)
    #expect(
      model.notice?.text
        == "What waits in the queue is tried at each run of the worker: s runs it now."
    )
  }

  @Test func theSelectionStaysWithItsItem() throws {
    var model = model(size, typed("jjj"))
    let key = try #require(model.queued.selection)
    _ = update(&model, .queueListed(World.queuedItems.reversed()))
    #expect(model.queued.selection == key)
    let rest = World.queuedItems.filter { $0.key != key }
    _ = update(&model, .queueListed(rest))
    #expect(model.queued.selection != key && model.queued.selection != nil)
  }

  @Test func anOpenMemoryThatChangesIsReadAnew() throws {
    var model = model(size, [.enter])
    let key = try #require(model.queued.selection)
    #expect(model.views.last?.subject == .item(key, of: .queue))
    var items = World.queuedItems
    let index = try #require(items.firstIndex { $0.key == key })
    items[index].retryCount += 1
    #expect(update(&model, .queueListed(items)) == [.loadItem(key, of: .queue)])
    _ = update(&model, .queueListed(items.filter { $0.key != key }))
    #expect(text(model).contains("It is no longer in the queue"))
  }

  @Test func aWideScreenAsksForContents() {
    let model = model(Size(columns: 200, rows: 50))
    #expect(text(model).contains("CONTENT") && text(model).contains("FLAGS"))
  }

  @Test(.tags(.slow)) func aHundredThousandAreQuick() {
    let items = (0..<100_000).map { index in
      var item = World.queuedItem(index)
      item.key = ItemKey(id: "\(index * 7919 % 100_000)-memory")
      return item
    }
    var model = model()
    _ = update(&model, .queueListed(items))
    for keys in [
      typed("o"), typed("O"), typed("/studio"), [.enter, .escape], typed("vv"), typed("vG"),
    ] {
      for key in keys { _ = update(&model, .key(key)) }
    }
    #expect(model.queued.shownCount == 100_000 && model.queued.selectedRow == 99_999)
  }
}

extension World {
  /// The 36 memories that wait in the incident.
  static var queuedItems: [QueuedItem] { (0..<36).map(queuedItem) }

  static func queuedItem(_ index: Int) -> QueuedItem {
    let causes = [nil, nil, "HTTP 502 from 127.0.0.1:8081", nil, "timeout after 3\(index % 5) s"]
    let cause = causes[index % causes.count]
    let name = String(index, radix: 16)
    return QueuedItem(
      key: ItemKey(id: String(repeating: "0", count: max(8 - name.count, 0)) + name + "-5b1e-4c7a"),
      project: index % 9 < 5 ? "recording-studio-manager" : "mem0-brain",
      retryCount: cause == nil ? 0 : index % 4 + 1,
      lastAttempt: Timestamp(0),
      movedAt: ago(Double(11_220 - index * 300)),
      contentBytes: 200,
      flags: index == 3 ? [.milliseconds] : index == 7 ? [.noContent] : [],
      lastError: cause
    )
  }
}
