import Dashboard
import QueueEngine
import Testing

/// Retries that others overwrite (`docs/safety.md#changing-a-file`): told once, and offered again.
struct RetryWatchTests {
  private let size = Size(columns: 120, rows: 40)
  private let before = World.cleared

  /// The file after a change to the items with these keys.
  private func world(_ keys: [ItemKey], _ change: (inout DeadLetter) -> Void) -> Snapshot {
    var snapshot = before
    snapshot.deadLetters.content?.items =
      before.deadLetters.content.map { letters in
        letters.items.map { item in
          var item = item
          if keys.contains(item.key) { change(&item) }
          return item
        }
      } ?? []
    return snapshot
  }

  private func due(_ keys: [ItemKey]) -> Snapshot { world(keys) { $0.lastAttempt = Timestamp(0) } }

  /// A model in which the selected item was retried, as the file shows.
  private func retried() throws -> (Model, ItemKey) {
    var model = World.model(size, before)
    let key = try #require(model.deadLetters.selection)
    _ = update(&model, .key(.character("r")))
    _ = update(&model, .snapshot(due([key])))
    finish(&model, .retry([key]))
    _ = update(&model, .snapshot(due([key])))
    _ = update(&model, .key(.up))
    #expect(model.notice == nil && model.records.count == 1)
    return (model, key)
  }

  private func finish(_ model: inout Model, _ request: ActionRequest) {
    _ = update(&model, .actionFinished(request, .success(World.outcome(of: request))))
  }

  /// Shows a file and answers at once who it was, if that is asked.
  private func show(
    _ snapshot: Snapshot,
    in model: inout Model,
    takenBackBy reversals: [RetryReversal] = []
  ) {
    for case .explainReturn(let keys) in update(&model, .snapshot(snapshot)) {
      _ = update(&model, .returnExplained(keys, reversals))
    }
  }

  @Test func itIsToldKeptAndOfferedAgain() throws {
    var (model, key) = try retried()
    #expect(update(&model, .snapshot(before)) == [.explainReturn([key])])
    #expect(model.notice == nil)
    _ = update(&model, .returnExplained([key], []))
    let sentence =
      "Another program overwrote the retry of \(key.id.prefix(8)): "
      + "retry_count and last_attempt have their old values again."
    #expect(model.notice?.kind == .refusal)
    #expect(model.notice?.text == sentence + " r retries it again.")
    #expect(model.records.last?.result == sentence)
    _ = update(&model, .key(.character("j")))
    #expect(update(&model, .key(.character("r"))) == [.run(.retry([key]))])
  }

  @Test func itIsToldOnce() throws {
    var (model, key) = try retried()
    for snapshot in [before, due([key]), before] { show(snapshot, in: &model) }
    #expect(model.records.count == 2)
  }

  @Test func itIsSeenAlsoWhereTheRetryNeverWas() throws {
    var model = World.model(size, before)
    let key = try #require(model.deadLetters.selection)
    _ = update(&model, .key(.character("r")))
    finish(&model, .retry([key]))
    #expect(model.records.count == 1)
    show(before, in: &model)
    #expect(model.notice?.text.hasPrefix("Another program overwrote the retry of") == true)
  }

  @Test func severalAreOneSentence() throws {
    var model = World.model(size, before)
    for key in "  ry" { _ = update(&model, .key(.character(key))) }
    let keys = try #require(
      model.running.first.flatMap { request in
        if case .retry(let keys) = request { keys } else { nil }
      }
    )
    finish(&model, .retry(keys))
    _ = update(&model, .snapshot(due(keys)))
    show(before, in: &model)
    #expect(model.notice?.text.contains("the retry of 2 dead letters:") == true)
    #expect(model.notice?.text.hasSuffix("r retries them again.") == true)
    #expect(model.marks.count == 2)
  }

  @Test func theMarksOfThePersonStay() throws {
    var (model, _) = try retried()
    _ = update(&model, .key(.character("G")))
    _ = update(&model, .key(.character(" ")))
    let marked = model.marks.keys(in: model.deadLetters.items)
    show(before, in: &model)
    #expect(model.records.count == 2)
    #expect(model.marks.keys(in: model.deadLetters.items) == marked)
  }

  @Test func oneOldValueAloneProvesNothing() throws {
    let changes: [(inout DeadLetter) -> Void] = [
      { $0.retryCount += 1 },
      { $0.lastAttempt = World.now },
      { ($0.retryCount, $0.lastAttempt) = ($0.retryCount + 1, World.now) },
    ]
    for change in changes {
      var (model, key) = try retried()
      show(world([key], change), in: &model)
      #expect(model.records.count == 1)
      // A worker has tried it: whatever comes later is no answer to this retry.
      show(before, in: &model)
      #expect(model.records.count == 1)
    }
  }

  @Test func whatAWorkerDidWhileTheRetryWaitedCounts() throws {
    var model = World.model(size, before)
    let key = try #require(model.deadLetters.selection)
    _ = update(&model, .key(.character("r")))
    let tried = world([key]) { ($0.retryCount, $0.lastAttempt) = (9, World.now) }
    _ = update(&model, .snapshot(tried))
    finish(&model, .retry([key]))
    _ = update(&model, .snapshot(due([key])))
    show(tried, in: &model)
    #expect(model.records.count == 2)
  }

  @Test func anUndoIsNoOverwriting() throws {
    var (model, _) = try retried()
    _ = update(&model, .key(.character("u")))
    show(before, in: &model)
    finish(&model, .undo)
    show(before, in: &model)
    #expect(model.records.map(\.title).last == "Undo")
  }

  @Test func aRetryThatWasRefusedIsNotWatched() throws {
    var model = World.model(size, before)
    let key = try #require(model.deadLetters.selection)
    _ = update(&model, .key(.character("r")))
    _ = update(&model, .actionFinished(.retry([key]), .failure(World.refusal)))
    _ = update(&model, .snapshot(due([key])))
    show(before, in: &model)
    #expect(model.records.count == 1)
  }

  @Test(
    arguments: [
      (ActionOrigin.command, "mem0top undo took back the retry of "),
      (.key, "The undo key of another dashboard took back the retry of "),
      (nil, "An undo in another terminal took back the retry of "),
    ] as [(ActionOrigin?, String)]
  )
  func anUndoElsewhereIsToldAsOne(_ origin: ActionOrigin?, _ start: String) throws {
    var (model, key) = try retried()
    let reversal = RetryReversal(keys: [key], time: World.now.iso8601, origin: origin)
    show(before, in: &model, takenBackBy: [reversal])
    let clock = World.now.clockText(zoneOffset: model.zoneOffset)
    #expect(model.notice?.text == "\(start)\(key.id.prefix(8)) at \(clock).")
    #expect(model.records.count == 1 && model.marks.isEmpty)
  }

  @Test func whatTheUndoDidNotGiveBackWasOverwritten() throws {
    var model = World.model(size, before)
    for key in "  ry" { _ = update(&model, .key(.character(key))) }
    let keys = Array(model.deadLetters.items.map(\.key).prefix(2))
    _ = update(
      &model,
      .returnExplained(
        keys,
        [RetryReversal(keys: [keys[0]], time: "2026-01-01T00:00:00Z", origin: .key)]
      )
    )
    #expect(model.notice?.text.contains("overwrote the retry of \(keys[1].id.prefix(8))") == true)
  }
}
