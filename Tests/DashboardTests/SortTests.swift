import Dashboard
import QueueEngine
import TestSupport
import Testing

/// The order of the dead letters: by every column, either way, and when it is made.
struct SortTests {
  private let size = Size(columns: 120, rows: 40)

  /// The items in an order, as (value of the column, id).
  private func ordered(
    _ items: [DeadLetter],
    by column: ItemSort.Column,
    isReversed: Bool = false
  ) -> [DeadLetter] {
    var sort = ItemSort()
    (sort.column, sort.isReversed) = (column, isReversed)
    return sort.order(of: items, at: World.now, causes: CauseIndex()).map { items[$0] }
  }

  private func many(_ seed: Int) -> [DeadLetter] {
    var random = SeededGenerator(seed: seed)
    let words = [
      "", "a", "A", "recording-studio", "recording-Studio", "recording-studio-manager-2",
    ]
    return (0..<300).map { index in
      var item = World.letter(Int.random(in: 0..<12, using: &random))
      let tail = String(UInt64.random(in: 0...40, using: &random), radix: 2)
      item.key = ItemKey(id: (words.randomElement(using: &random) ?? "") + tail, occurrence: index)
      item.project = words.randomElement(using: &random) ?? ""
      item.lastError = (words.randomElement(using: &random) ?? "") + tail
      item.flags = []
      item.retryCount = [0, 3, -2, .max, .min].randomElement(using: &random) ?? 0
      item.lastAttempt = World.ago(Double.random(in: -50...5000, using: &random).rounded())
      item.movedAt = index.isMultiple(of: 7) ? nil : World.ago(Double(index % 40))
      return item
    }
  }

  @Test(arguments: 0..<20)
  func numbersAscendAndWhatHasNoneComesLast(_ seed: Int) {
    let items = many(seed)
    let tries = ordered(items, by: .tries).map(\.retryCount)
    #expect(tries == tries.sorted())
    #expect(ordered(items, by: .tries, isReversed: true).map(\.retryCount) == tries.reversed())
    for isReversed in [false, true] {
      let ages = ordered(items, by: .age, isReversed: isReversed).map(\.movedAt)
      let known = ages.compactMap { $0 }
      #expect(known == (isReversed ? known.sorted() : known.sorted(by: >)))
      #expect(ages.prefix(known.count).allSatisfy { $0 != nil })
    }
    let tried = ordered(items, by: .lastTry).map(\.lastAttempt)
    #expect(tried == tried.sorted(by: >))
  }

  @Test(arguments: 0..<20)
  func textsAscendWhateverTheirCase(_ seed: Int) {
    let items = many(seed)
    let rules: [(ItemSort.Column, (DeadLetter) -> String)] = [
      (.id, \.key.id), (.project, \.project), (.cause, { $0.lastError ?? "" }),
    ]
    for (column, text) in rules {
      let texts = ordered(items, by: column).map { text($0).lowercased() }
      let known = texts.filter { !$0.isEmpty }
      #expect(known == known.sorted())
      #expect(texts.prefix(known.count).allSatisfy { !$0.isEmpty })
      #expect(Set(ordered(items, by: column).map(\.key)) == Set(items.map(\.key)))
    }
  }

  @Test func theKeyGoesThroughTheColumnsAndTheTitleSaysWhich() {
    var model = World.model(size, World.cleared)
    var titles: [String] = []
    for _ in ItemSort.Column.allCases {
      #expect(changes(in: &model, by: .key(.character("o"))).fields == ["deadLetters"])
      let row = screen(model).textRows.first { $0.contains("Dead letters") } ?? ""
      titles.append(String(row.split(separator: " by ").last?.prefix { $0 != "▲" } ?? ""))
    }
    #expect(
      titles == ["last try ", "time in DLQ ", "cause ", "id ", "project ", "tries ", "next retry "]
    )
    #expect(changes(in: &model, by: .key(.character("O"))).fields == ["deadLetters"])
    #expect(screen(model).textRows.contains { $0.contains(" by next retry ▼ ") })
  }

  @Test func theSelectionGoesWhereItsItemGoes() throws {
    var model = World.model(size, World.cleared)
    for _ in 0..<4 { _ = update(&model, .key(.character("j"))) }
    let chosen = try #require(model.deadLetters.selection)
    for key in "ooOoOoooo" {
      _ = update(&model, .key(.character(key)))
      #expect(model.deadLetters.selection == chosen)
      #expect(model.deadLetters.selectedItem?.key == chosen)
    }
  }

  /// Where the rows are stored: another place after they were made anew.
  private func storage(_ model: Model) -> Int {
    model.deadLetters.rows.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
  }

  @Test func aTickAndAScrollSortAndFilterNothing() {
    var snapshot = World.cleared
    snapshot.deadLetters.content?.items = (0..<20_000).map { index in
      var item = World.letter(index)
      item.key = ItemKey(id: String(index * 7919 % 100_003, radix: 16))
      return item
    }
    for filter in ["", "brain", "due !project:web"] {
      var model = World.model(size, snapshot)
      for key in "/" + filter { _ = update(&model, .key(.character(key))) }
      _ = update(&model, .key(.enter))
      // While this copy lives, no other rows can be stored in its place.
      let rows = model.deadLetters.rows
      let before = storage(model)
      for key in "jjkGgh?" { _ = update(&model, .key(.character(key))) }
      _ = update(&model, .tick(World.now + .milliseconds(10)))
      _ = update(&model, .snapshot(snapshot))
      #expect(storage(model) == before)
      _ = update(&model, .key(.escape))
      _ = update(&model, .key(.escape))
      _ = update(&model, .key(.character("o")))
      #expect(storage(model) != before)
      withExtendedLifetime(rows) {}
    }
  }
}
