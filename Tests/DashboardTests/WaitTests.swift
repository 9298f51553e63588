import Dashboard
import QueueEngine
import Testing

/// Actions that wait for a worker's lock: seen, cancelled, and not asked for twice.
struct WaitTests {
  private let size = Size(columns: 120, rows: 40)
  private let standing = "it is held by pid 4711 (python3 mem0_queue_worker.py), started 43s ago"
  private let cancelled = ActionError.refused(
    "No longer waiting; nothing was changed.",
    evidence: []
  )

  /// A retry that waits for the worker of a busy world.
  private func waiting(_ snapshot: Snapshot = World.working) throws -> (Model, ActionRequest) {
    var model = World.model(size, snapshot)
    let key = try #require(model.deadLetters.selection)
    #expect(update(&model, .key(.character("r"))) == [.run(.retry([key]))])
    let (fields, effects) = changes(in: &model, by: .actionWaits(.retry([key]), standing))
    #expect(fields == ["waits"] && effects.isEmpty)
    return (model, .retry([key]))
  }

  private func foot(_ model: Model) -> String {
    screen(model).textRows.suffix(4).joined(separator: "\n")
  }

  @Test func aWaitSaysForWhomForHowLongAndHowItEnds() throws {
    var (model, _) = try waiting()
    let sentence =
      "Waiting for pid 4711 (python3 mem0_queue_worker.py), which has had the lock for "
    #expect(foot(model).contains(sentence + "42s; Esc cancels."))
    #expect(foot(model).contains("Esc cancel"))
    _ = update(&model, .tick(World.now + .seconds(20)))
    #expect(foot(model).contains(sentence + "1m 02s; Esc cancels."))
  }

  @Test func aLongCommandLeavesRoomForTheWayOut() throws {
    var snapshot = World.working
    let command = "/usr/bin/" + String(repeating: "python3 ", count: 60)
    snapshot.lock.holders = [RunningProcess(pid: 4711, command: command)]
    var (model, _) = try waiting(snapshot)
    _ = update(&model, .resized(Size(columns: 40, rows: 12)))
    let words = foot(model).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.hasSuffix("; Esc cancels."), "\(words)")
    #expect(words.contains("Waiting for pid 4711 (python3 python3"), "\(words)")
  }

  @Test func aLockWhoseOwnerIsNotSeenIsWaitedForAllTheSame() throws {
    var snapshot = World.working
    snapshot.lock = LockStatus(state: .settling)
    let (model, _) = try waiting(snapshot)
    #expect(foot(model).contains("Waiting for the lock: \(standing); Esc cancels."))
  }

  @Test func escCancelsTheWaitAndNothingElse() throws {
    var (model, request) = try waiting()
    _ = update(&model, .key(.enter))
    let (fields, effects) = changes(in: &model, by: .key(.escape))
    #expect(fields == ["waits"])
    #expect(effects == [.cancelWaits])
    let end = changes(in: &model, by: .actionFinished(request, .failure(cancelled)))
    #expect(end.fields == ["running", "waits", "retryWatch", "notice", "records"])
    #expect(model.notice?.text == "Nothing was changed.")
    #expect(model.records.last?.result == "No longer waiting; nothing was changed.")
    #expect(model.views.count == 1)
    _ = update(&model, .key(.escape))
    #expect(model.views.isEmpty)
  }

  @Test func aChangeThatWasFasterThanItsCancellationIsTold() throws {
    var (model, request) = try waiting()
    _ = update(&model, .key(.escape))
    let outcome = World.outcome(of: request)
    _ = update(&model, .actionFinished(request, .success(outcome)))
    #expect(model.notice?.text == outcome.summary)
    #expect(model.waits.isEmpty && model.running.isEmpty)
  }

  @Test(arguments: ["r", "R"] as [Character])
  func anotherOfItsKindIsRefused(_ key: Character) throws {
    var (model, request) = try waiting()
    #expect(update(&model, .key(.character(key))).isEmpty)
    #expect(model.prompt == nil)
    #expect(model.notice?.text == "\(request.title) still waits for the lock; Esc cancels.")
  }

  @Test func whatWouldWaitBehindItIsCancelledWithIt() throws {
    var (model, request) = try waiting()
    #expect(update(&model, .key(.character("u"))) == [.run(.undo)])
    #expect(update(&model, .key(.escape)) == [.cancelWaits])
    for request in [request, .undo] {
      _ = update(&model, .actionFinished(request, .failure(cancelled)))
      #expect(model.notice?.text == "Nothing was changed.")
    }
    #expect(model.waits.isEmpty && model.running.isEmpty)
  }

  @Test func anActionOnTheLockIsNotCancelled() throws {
    var (model, _) = try waiting(World.working)
    _ = update(&model, .snapshot(World.incident))
    #expect(update(&model, .key(.character("c"))) == [.run(.clearLock(World.incident.lock))])
    #expect(update(&model, .key(.escape)) == [.cancelWaits])
    let refusal = Result<ActionOutcome, ActionError>.failure(World.refusal)
    _ = update(&model, .actionFinished(.clearLock(World.incident.lock), refusal))
    #expect(model.notice?.text == World.refusal.description)
  }

  @Test func aWaitThatIsOverIsNotShownAgain() throws {
    var (model, request) = try waiting()
    _ = update(&model, .actionFinished(request, .success(World.outcome(of: request))))
    #expect(changes(in: &model, by: .actionWaits(request, standing)).fields.isEmpty)
    #expect(update(&model, .key(.escape)).isEmpty)
  }

  @Test(arguments: World.sizes)
  func itsScreen(_ size: Size) throws {
    var (model, _) = try waiting()
    _ = update(&model, .resized(size))
    try expectScreen(model, "waiting")
  }
}
