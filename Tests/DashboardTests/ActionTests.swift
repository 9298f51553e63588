import Dashboard
import QueueEngine
import Testing

/// What each key that changes something does, in each situation: every changed field, every effect.
struct ActionTests {
  private let size = Size(columns: 120, rows: 40)

  private func model(_ snapshot: Snapshot) -> Model {
    var model = World.model(size, snapshot)
    model.workerCommand = ["python3", "mem0_queue_worker.py"]
    return model
  }

  private func press(_ model: inout Model, _ key: Character)
    -> (fields: Set<String>, effects: [Effect])
  {
    changes(in: &model, by: .key(.character(key)))
  }

  private func finish(_ model: inout Model, _ result: Result<ActionOutcome, ActionError>)
    -> Set<String>
  {
    guard let request = model.running.first else { return [] }
    return changes(in: &model, by: .actionFinished(request, result)).fields
  }

  @Test func aLockOfADeadProcessIsClearedByOneKey() {
    var model = model(World.incident)
    let (fields, effects) = press(&model, "c")
    #expect(fields == ["running"])
    #expect(effects == [.run(.clearLock(World.incident.lock))])
  }

  @Test func anOrphanIsAskedAbout() {
    var model = model(World.orphan)
    let (fields, effects) = press(&model, "c")
    #expect(fields == ["prompt"])
    #expect(effects.isEmpty)
    #expect(
      model.prompt?.evidence == World.orphan.lock.evidence + [
        "changes mem0_queue.lock and no other file", "the same: mem0top unlock",
      ]
    )
    #expect(model.prompt?.request == .clearLock(World.orphan.lock))
  }

  @Test(arguments: [
    World.busy, World.hung, World.corrupt, World.cleared, World.empty, World.missing,
  ])
  func aLockThatIsNotStaleIsLeftAlone(_ snapshot: Snapshot) {
    var model = model(snapshot)
    let (fields, effects) = press(&model, "c")
    #expect(fields == ["notice"])
    #expect(effects.isEmpty)
    #expect(model.notice?.kind == .hint)
    #expect(model.notice?.text.hasSuffix(".") == true)
  }

  @Test func aLockThatNobodyLookedAtIsLeftAlone() {
    var model = model(World.unjudged)
    let (fields, effects) = press(&model, "c")
    #expect(fields == ["notice"])
    #expect(effects.isEmpty)
    #expect(model.notice?.text == "The lock has not been looked at yet.")
    #expect(model.findings.isEmpty)
  }

  @Test func whoHoldsTheLockIsSaid() {
    var model = model(World.busy)
    _ = press(&model, "c")
    #expect(model.notice?.text.contains("pid 4711 (python3 mem0_queue_worker.py)") == true)
  }

  @Test func onlyAHungHolderIsEnded() {
    for snapshot in [World.busy, World.incident, World.orphan, World.cleared, World.empty] {
      var model = model(snapshot)
      #expect(press(&model, "C").fields == ["notice"])
      #expect(model.prompt == nil)
    }
    var model = model(World.hung)
    #expect(press(&model, "C").fields == ["prompt"])
    #expect(model.prompt?.answer == .number(4711))
    let request = ActionRequest.endHolder(pid: 4711, startedAt: World.ago(11_220))
    #expect(model.prompt?.request == request)
  }

  @Test func oneItemIsRetriedWithoutAQuestion() throws {
    var model = model(World.cleared)
    _ = press(&model, "j")
    let key = try #require(model.deadLetters.selection)
    let (fields, effects) = press(&model, "r")
    #expect(fields == ["running", "retryWatch"])
    #expect(effects == [.run(.retry([key]))])
  }

  @Test func anOpenItemIsTheOneThatIsRetried() throws {
    var model = model(World.cleared)
    _ = press(&model, "*")
    let key = try #require(model.deadLetters.selection)
    _ = update(&model, .key(.enter))
    #expect(press(&model, "r").effects == [.run(.retry([key]))])
    _ = update(&model, .key(.escape))
    _ = press(&model, "i")
    #expect(press(&model, "r").effects.isEmpty)
    #expect(model.notice?.text == "Already retrying \(key.id.prefix(8)).")
    _ = finish(&model, .success(World.outcome(of: .retry([key]))))
    #expect(press(&model, "r").fields == ["notice"])
    #expect(model.notice?.text == "There is no dead letter here: go back and select one.")
  }

  @Test func severalItemsAreAskedAboutWithTheirNumber() {
    var model = model(World.cleared)
    _ = press(&model, " ")
    _ = press(&model, " ")
    let (fields, effects) = press(&model, "r")
    #expect(fields == ["prompt"])
    #expect(effects.isEmpty)
    #expect(model.prompt?.question == "Make 2 marked dead letters due now?")
    #expect(
      model.prompt?.request
        == .retry(model.marks.keys(in: model.deadLetters.items))
    )
    #expect(press(&model, "y").fields == ["prompt", "running", "retryWatch"])
  }

  @Test func oneMarkedItemNeedsNoQuestion() throws {
    var model = model(World.cleared)
    let key = try #require(model.deadLetters.selection)
    _ = press(&model, " ")
    #expect(model.deadLetters.selection != key)
    #expect(press(&model, "r").effects == [.run(.retry([key]))])
  }

  @Test func allAreRetriedOnlyAfterAYes() {
    var model = model(World.cleared)
    #expect(press(&model, "R").fields == ["prompt"])
    #expect(model.prompt?.question == "Make 12 dead letters due now?")
    let keys = World.cleared.deadLetters.content?.items.map(\.key) ?? []
    #expect(press(&model, "y").effects == [.run(.retry(keys))])
    var snapshot = World.cleared
    snapshot.deadLetters.content?.items.removeLast(11)
    model = self.model(snapshot)
    #expect(press(&model, "R").effects.isEmpty)
    #expect(model.prompt?.question == "Make 1 dead letter due now?")
  }

  @Test(arguments: ["r", "R", " ", "*"] as [Character])
  func withoutADeadLetterTheKeySaysSo(_ key: Character) {
    var model = model(World.empty)
    #expect(press(&model, key).fields == ["notice"])
    #expect(model.notice?.text.hasPrefix("There is no dead letter to ") == true)
  }

  @Test func aFileThatDoesNotParseIsNotRetried() {
    var model = model(World.corrupt)
    for key in ["r", "R"] as [Character] {
      #expect(press(&model, key).effects.isEmpty)
      #expect(model.prompt == nil)
      #expect(model.notice?.kind == .hint)
    }
  }

  @Test(arguments: ["c", "C", "r", "R", "s"] as [Character])
  func nothingIsChangedWhereThatIsRuledOut(_ key: Character) {
    for snapshot in [World.incident, World.orphan, World.hung, World.cleared] {
      var model = model(snapshot)
      model.isReadOnly = true
      #expect(press(&model, key).fields == ["notice"])
      #expect(model.notice?.text == "Nothing is changed in read-only mode; :allow changes ends it.")
      #expect(screen(model).textRows[1].contains("c  clear lock") == false)
    }
  }

  @Test(arguments: ["c", "C", "r", "R", "s", " ", "*"] as [Character])
  func beforeTheFirstSnapshotNothingIsDone(_ key: Character) {
    var model = World.model(size)
    #expect(press(&model, key).effects.isEmpty)
    #expect(model.prompt == nil)
  }

  @Test func anActionIsNotStartedTwice() {
    var model = model(World.incident)
    _ = press(&model, "c")
    #expect(press(&model, "c").fields == ["notice"])
    #expect(model.notice?.text == "Already clearing the lock.")
    _ = press(&model, "r")
    #expect(press(&model, "r").effects.isEmpty)
    #expect(press(&model, "R").effects.isEmpty)
    #expect(model.prompt == nil)
    #expect(model.running.count == 2)
  }

  @Test func aResultIsShownOfferedAndKept() {
    var model = model(World.incident)
    _ = press(&model, "c")
    let outcome = World.outcome(of: .clearLock(World.incident.lock))
    #expect(finish(&model, .success(outcome)) == ["running", "notice", "records"])
    #expect(model.notice?.kind == .success)
    #expect(model.notice?.text == outcome.summary + " 36 items wait: s runs the worker.")
    #expect(model.records.last?.result == outcome.summary)
    #expect(model.records.last?.evidence == outcome.evidence)
  }

  @Test func theWorkerIsNotOfferedWhereItCannotRun() {
    var model = World.model(size, World.incident)
    _ = press(&model, "c")
    let outcome = World.outcome(of: .clearLock(World.incident.lock))
    _ = finish(&model, .success(outcome))
    #expect(model.notice?.text == outcome.summary)
  }

  @Test func aRefusalSaysWhy() {
    var model = model(World.incident)
    _ = press(&model, "c")
    #expect(finish(&model, .failure(World.refusal)) == ["running", "notice", "records"])
    #expect(model.notice?.kind == .refusal)
    #expect(model.notice?.text == World.refusal.description)
    #expect(model.records.last?.evidence == World.refusal.evidence)
    _ = press(&model, "c")
    _ = finish(&model, .failure(.failed("The disk is full.")))
    #expect(model.notice?.kind == .failure)
  }

  @Test func aResultStaysForTenSecondsOrUntilTheNextKey() {
    var model = model(World.incident)
    for ending in [Message.tick(World.now + .seconds(10)), .key(.character("j"))] {
      _ = press(&model, "c")
      _ = finish(&model, .failure(World.refusal))
      _ = update(&model, .tick(World.now + .seconds(9)))
      #expect(model.notice != nil)
      _ = update(&model, ending)
      #expect(model.notice == nil)
      #expect(model.records.count >= 1)
      _ = update(&model, .tick(World.now))
    }
  }

  @Test func whatWasRetriedIsNoLongerMarked() throws {
    var model = model(World.cleared)
    for _ in 0..<3 { _ = press(&model, " ") }
    _ = press(&model, "r")
    _ = press(&model, "y")
    let request = try #require(model.running.first)
    _ = press(&model, " ")
    let fields = finish(&model, .success(World.outcome(of: request)))
    #expect(fields == ["running", "retryWatch", "notice", "records", "deadLetters"])
    #expect(model.marks.count == 1)
  }
}
