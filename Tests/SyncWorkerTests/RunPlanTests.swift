import QueueEngine
import Testing

@testable import SyncWorker

/// The plan of a run, driven by events without files, network or time.
@Suite struct RunPlanTests {
  private static func item(_ number: Int, project: String) -> ClaimedItem {
    ClaimedItem(
      source: .queue,
      key: ItemKey(id: "\(number)"),
      memory: Memory(id: "\(number)", project: project, content: "c"),
      failures: 0
    )
  }

  private static func turn(_ claimed: [ClaimedItem]) -> WorkTurn {
    var turn = WorkTurn()
    turn.claimed = claimed
    return turn
  }

  private static func steps(of plan: inout RunPlan) -> [RunPlan.Step] {
    var steps: [RunPlan.Step] = []
    while let step = plan.nextStep() { steps.append(step) }
    return steps
  }

  /// The ids that are sent now.
  private static func sent(by plan: inout RunPlan) -> [String] {
    steps(of: &plan).compactMap { if case .send(let item) = $0 { item.memory.id } else { nil } }
  }

  @Test func anEmptyQueueTakesOneTurn() {
    var plan = RunPlan(concurrency: 8)
    let first = Self.steps(of: &plan)
    guard first.count == 1, case .turn(let settling, 64) = first[0] else {
      Issue.record("\(first)")
      return
    }
    #expect(settling.isEmpty && !plan.isDone)
    plan.take(.turned(Self.turn([])))
    #expect(Self.steps(of: &plan).isEmpty && plan.isDone && plan.ending == nil)
  }

  @Test func aProjectHasOneOnItsWayAndKeepsItsOrder() {
    var plan = RunPlan(concurrency: 8)
    _ = plan.nextStep()
    let items = [(1, "a"), (2, "a"), (3, "b"), (4, "b"), (5, "c")].map(Self.item)
    plan.take(.turned(Self.turn(items)))
    #expect(Self.sent(by: &plan) == ["1", "3", "5"])
    plan.take(.attempted(Attempt(item: items[2], outcome: .stored)))
    #expect(Self.sent(by: &plan) == ["4"])
    plan.take(.attempted(Attempt(item: items[0], outcome: .rejected("HTTP 422"))))
    #expect(Self.sent(by: &plan) == ["2"])
  }

  @Test func anItemOfWhichTheServerIsAtFaultGoesBeforeItsProject() {
    var plan = RunPlan(concurrency: 8)
    _ = plan.nextStep()
    let items = [(1, "a"), (2, "a")].map(Self.item)
    plan.take(.turned(Self.turn(items)))
    #expect(Self.sent(by: &plan) == ["1"])
    plan.take(.attempted(Attempt(item: items[0], outcome: .failed(.unreachable, "connect"))))
    #expect(Self.sent(by: &plan).isEmpty)
    plan.take(.waited(.attempt))
    #expect(Self.sent(by: &plan) == ["1"])
  }

  @Test func interruptedItWaitsForWhatIsUnderWayAndGivesTheRestBack() {
    var plan = RunPlan(concurrency: 8)
    _ = plan.nextStep()
    let items = [(1, "a"), (2, "a"), (3, "b")].map(Self.item)
    plan.take(.turned(Self.turn(items)))
    #expect(Self.sent(by: &plan) == ["1", "3"])
    plan.take(.stopRequested)
    #expect(Self.sent(by: &plan).isEmpty)
    plan.take(.attempted(Attempt(item: items[0], outcome: .stored)))
    plan.take(.waited(.grace))
    let steps = Self.steps(of: &plan)
    #expect(steps.contains { if case .abandon = $0 { true } else { false } })
    var cut = Attempt(item: items[2], outcome: .unknown("cut"))
    cut.item.mayBeStored = true
    cut.wasCancelled = true
    plan.take(.attempted(cut))
    guard case .turn(let settling, 0) = plan.nextStep() else {
      Issue.record("nothing is settled")
      return
    }
    #expect(settling.map(\.item.memory.id).sorted() == ["1", "2", "3"])
    let results = Dictionary(
      uniqueKeysWithValues: settling.map { ($0.item.memory.id, $0.result) }
    )
    #expect(results["1"] == .delivered)
    #expect(results["2"] == .returned(mayBeStored: false))
    #expect(results["3"] == .returned(mayBeStored: true))
    plan.take(.turned(Self.turn([])))
    #expect(plan.isDone && plan.ending == .interrupted)
  }

  @Test func filesThatStayLockedAreTriedAgainAndThenTold() {
    var plan = RunPlan(concurrency: 1)
    _ = plan.nextStep()
    plan.take(.turned(Self.turn([Self.item(1, project: "a")])))
    #expect(Self.sent(by: &plan) == ["1"])
    plan.take(.attempted(Attempt(item: Self.item(1, project: "a"), outcome: .stored)))
    let error = ActionError.refused("locked", evidence: [])
    for _ in 0..<RunPlan.mostTurnAttempts {
      #expect(!plan.isDone)
      let turns = Self.steps(of: &plan).filter { if case .turn = $0 { true } else { false } }
      #expect(turns.count == 1)
      plan.take(.turnRefused(error, isAboutLock: true))
      _ = Self.steps(of: &plan)
      plan.take(.waited(.files))
    }
    #expect(plan.isDone && plan.ending == .lockRefused(error))
    #expect(plan.unacknowledgedCount == 1)
  }

  @Test func aLockThatCannotBeHadAtFirstEndsTheRun() {
    var plan = RunPlan(concurrency: 1)
    _ = plan.nextStep()
    let error = ActionError.refused("locked", evidence: [])
    plan.take(.turnRefused(error, isAboutLock: true))
    #expect(Self.steps(of: &plan).isEmpty && plan.isDone)
    #expect(plan.ending == .lockRefused(error))
  }
}
