import Dashboard
import QueueEngine
import TestSupport
import Testing

/// One first and, once it is delivered, the rest at a pace.
struct PaceTests {
  private let size = Size(columns: 120, rows: 40)
  private static let done = ActionOutcome(action: "retry_items", summary: "Due now.", changed: 1)

  /// A model that has asked for a retry of all twelve and got `1`, with what that begins.
  private func begun() throws -> (model: Model, first: ItemKey) {
    var model = World.model(size, World.cleared)
    model.workerCommand = ["worker"]
    let selected = try #require(model.deadLetters.selection)
    _ = update(&model, .key(.character("R")))
    #expect(model.prompt?.pace?.perMinute == 30)
    #expect(update(&model, .key(.character("1"))) == [.run(.retry([selected]))])
    #expect(model.prompt == nil && model.pacing?.phase == .trial)
    return (model, selected)
  }

  /// The world with some dead letters changed, or away where the change is `nil`.
  private func world(_ change: (DeadLetter) -> DeadLetter?) -> Snapshot {
    var snapshot = World.cleared
    snapshot.deadLetters.content?.items =
      World.cleared.deadLetters.content?.items.compactMap(change) ?? []
    return snapshot
  }

  private func due(_ item: DeadLetter) -> DeadLetter {
    var item = item
    item.lastAttempt = Timestamp(0)
    return item
  }

  /// The model once the first one is due and was delivered, with what follows.
  private func delivered() throws -> (model: Model, effects: [Effect], first: ItemKey) {
    var (model, first) = try begun()
    _ = update(&model, .actionFinished(.retry([first]), .success(Self.done)))
    #expect(update(&model, .snapshot(world { $0.key == first ? due($0) : $0 })).isEmpty)
    let effects = update(&model, .snapshot(world { $0.key == first ? nil : $0 }))
    return (model, effects, first)
  }

  @Test(arguments: World.sizes)
  func waitingForTheFirstLooks(_ size: Size) throws {
    var (model, first) = try begun()
    _ = update(&model, .actionFinished(.retry([first]), .success(Self.done)))
    _ = update(&model, .snapshot(world { $0.key == first ? due($0) : $0 }))
    _ = update(&model, .resized(size))
    _ = update(&model, .key(.character("k")))
    try expectScreen(model, "pace-first")
  }

  @Test func nothingFollowsBeforeTheFirstIsDelivered() throws {
    var (model, first) = try begun()
    #expect(update(&model, .actionFinished(.retry([first]), .success(Self.done))).isEmpty)
    for minute in 1...30 {
      #expect(update(&model, .tick(World.now + .seconds(60 * minute))).isEmpty)
      #expect(update(&model, .snapshot(world { $0.key == first ? due($0) : $0 })).isEmpty)
    }
    #expect(model.pacing?.dueCount == 1 && model.records.isEmpty)
  }

  @Test func theRestFollowsAFewAtATime() throws {
    var (model, effects, first) = try delivered()
    var made: [ItemKey] = []
    var moment = World.now
    for _ in 0..<40 where model.pacing != nil {
      for case .run(.retry(let batch)) in effects {
        #expect(batch.count <= 5)
        made += batch
        #expect(update(&model, .actionFinished(.retry(batch), .success(Self.done))).isEmpty)
        // Not before the pace allows it.
        #expect(update(&model, .tick(moment + .seconds(1))).isEmpty)
      }
      moment = moment + .seconds(10)
      effects = update(&model, .tick(moment))
    }
    let expected = World.cleared.deadLetters.content?.items.map(\.key).filter { $0 != first } ?? []
    #expect(made == expected)
    #expect(moment - World.now <= .seconds(40))
    #expect(model.pacing == nil)
    #expect(model.records.map(\.result) == ["12 dead letters were made due, 30 a minute."])
    #expect(model.records[0].title == "Retry 12 dead letters at 30 a minute")
  }

  @Test func oneThatFailsAgainEndsItAndTheRestStaysAsItIs() throws {
    var (model, first) = try begun()
    _ = update(&model, .actionFinished(.retry([first]), .success(Self.done)))
    let failed = world { item in
      guard item.key == first else { return item }
      var item = item
      (item.retryCount, item.lastAttempt, item.lastError) = (
        item.retryCount + 1, World.now, "HTTP 502"
      )
      return item
    }
    #expect(update(&model, .snapshot(failed)).isEmpty)
    #expect(model.pacing == nil)
    #expect(
      model.notice?.text
        == "\(first.id.prefix(8)) failed again: HTTP 502. 1 of 12 was made due; the other 11 stay as they are."
    )
    #expect(update(&model, .tick(World.now + .seconds(600))).isEmpty)
  }

  /// A reading from before the retry tells nothing of it.
  @Test func anOldReadingIsNotTakenForAFailure() throws {
    var (model, _) = try begun()
    _ = update(&model, .snapshot(World.cleared))
    #expect(model.pacing?.phase == .trial)
  }

  @Test func anActionThatIsRefusedEndsIt() throws {
    var (model, effects, _) = try delivered()
    guard case .run(.retry(let batch))? = effects.first else {
      Issue.record("nothing follows")
      return
    }
    effects = update(
      &model,
      .actionFinished(.retry(batch), .failure(.refused("The lock is stale.", evidence: [])))
    )
    #expect(effects.isEmpty && model.pacing == nil)
    #expect(
      model.notice?.text.contains("1 of 12 was made due; the other 11 stay as they are.") == true
    )
  }

  @Test func theSameKeyStopsIt() throws {
    var (model, _, _) = try delivered()
    #expect(screen(model).textRows.contains { $0.contains("1 of 12 made due, 30/min; R stops") })
    #expect(update(&model, .key(.character("R"))).isEmpty)
    #expect(model.pacing == nil && model.prompt == nil)
    #expect(
      model.records.last?.result.hasPrefix("Stopped. 1 of 12 was made due; the other 11") == true
    )
  }

  @Test func whoeverQuitsIsToldOnceWhatStaysUndone() throws {
    var (model, _, _) = try delivered()
    #expect(update(&model, .key(.character("q"))).isEmpty)
    #expect(
      model.notice?.text == "11 of 12 are not due yet and stay as they are; q again quits."
    )
    #expect(update(&model, .key(.character("q"))).last == .quit)
  }

  @Test func nothingFollowsWhileNothingIsRead() throws {
    var (model, effects, _) = try delivered()
    for case .run(let request) in effects {
      _ = update(&model, .actionFinished(request, .success(Self.done)))
    }
    _ = update(&model, .key(.character("p")))
    effects = update(&model, .tick(World.now + .seconds(600)))
    #expect(effects.isEmpty && model.pacing?.phase == .following)
    model.isReadOnly = true
    _ = update(&model, .key(.character("p")))
    #expect(model.pacing == nil && model.records.last?.kind == .refusal)
  }

  /// With groups on the screen, the one that is tried is of the selected group.
  @Test func theFirstIsOfTheSelectedGroup() throws {
    var model = World.model(size, World.groups)
    for key in "vj" { _ = update(&model, .key(.character(key))) }
    let members = try #require(model.deadLetters.groups.selected).members
    _ = update(&model, .key(.character("R")))
    let first = try #require(model.prompt?.pace?.first)
    #expect(members.contains { model.deadLetters.items[$0].key == first.key })
    #expect(!members.contains(0))
  }

  @Test func oneAloneOffersNoPace() {
    var snapshot = World.cleared
    snapshot.deadLetters.content?.items.removeLast(11)
    var model = World.model(size, snapshot)
    _ = update(&model, .key(.character("R")))
    #expect(model.prompt?.pace == nil)
    #expect(update(&model, .key(.character("1"))).isEmpty && model.prompt == nil)
  }
}
