import QueueEngine
import TestSupport
import Testing

@testable import SyncWorker

/// Random runs: a queue, a server and stops that nobody would think of.
@Suite struct RunPlanPropertyTests {
  /// What the files and the server are in a random run.
  private struct World {
    var random: SeededGenerator
    /// Whether no delivery ever succeeds.
    let isStubborn: Bool
    var queue: [ClaimedItem]
    /// Claimed and not settled.
    var unsettled: Set<String> = []
    var claims: [String: Int] = [:]
    var settled: [String: DeliveryResult] = [:]
    var underWay: [ClaimedItem] = []
    var waits: [RunPlan.Wait] = []
    var turn: (settling: [RunPlan.Settlement], claiming: Int)?

    init(seed: UInt64) {
      random = SeededGenerator(seed: seed)
      isStubborn = seed.isMultiple(of: 4)
      let count = Int.random(in: 0...300, using: &random)
      let projects = Int.random(in: 1...12, using: &random)
      queue = []
      for number in 0..<count {
        let project = "p\(Int.random(in: 0..<projects, using: &random))"
        let memory = Memory(id: "\(number)", project: project, content: "c")
        queue.append(
          ClaimedItem(source: .queue, key: ItemKey(id: "\(number)"), memory: memory, failures: 0)
        )
      }
    }

    mutating func take(_ step: RunPlan.Step) {
      switch step {
      case .send(let item):
        #expect(unsettled.contains(item.memory.id), "what is sent was claimed")
        #expect(!underWay.contains { $0.memory.project == item.memory.project })
        underWay.append(item)
      case .turn(let settling, let claiming):
        #expect(turn == nil, "one turn at a time")
        turn = (settling, claiming)
      case .wait(let wait, _):
        waits.append(wait)
      case .abandon: break
      }
    }

    /// Something of what is under way ends.
    mutating func nextEvent() -> RunPlan.Event? {
      let choices = underWay.count + waits.count + (turn == nil ? 0 : 1)
      guard choices > 0 else { return nil }
      var choice = Int.random(in: 0..<choices, using: &random)
      if choice < underWay.count {
        let item = underWay.remove(at: choice)
        return .attempted(attempt(item))
      }
      choice -= underWay.count
      if choice < waits.count { return .waited(waits.remove(at: choice)) }
      return finishTurn()
    }

    private mutating func attempt(_ item: ClaimedItem) -> Attempt {
      let outcome: DeliveryOutcome =
        switch Int.random(in: 0..<(isStubborn ? 9 : 40), using: &random) {
        case 0: .rejected("HTTP 422")
        case 1: .failed(.unreachable, "connect")
        case 2: .failed(.throttled(retryAfter: .seconds(2)), "HTTP 429")
        case 3: .failed(.refused, "HTTP 401")
        case 4: .failed(.broken, "HTTP 500")
        case 5: .unknown("timeout")
        case 6: .failed(.dependency, "HTTP 502 unknown")
        case 7: .unconfirmed("HTTP 200", way: "other")
        case 8: .unconfirmed("HTTP 200", way: "same")
        default: .stored
        }
      var attempt = Attempt(item: item, outcome: outcome)
      attempt.isServerHealthy = Bool.random(using: &random)
      return attempt
    }

    private mutating func finishTurn() -> RunPlan.Event {
      guard let (settling, claiming) = turn else { return .stopRequested }
      turn = nil
      if Int.random(in: 0..<20, using: &random) == 0 {
        return .turnRefused(.refused("locked", evidence: []), isAboutLock: true)
      }
      for (item, result) in settling {
        #expect(unsettled.remove(item.memory.id) != nil, "settled once")
        settled[item.memory.id] = result
      }
      var outcome = WorkTurn()
      outcome.claimed = Array(queue.prefix(claiming))
      queue.removeFirst(outcome.claimed.count)
      for item in outcome.claimed {
        claims[item.memory.id, default: 0] += 1
        unsettled.insert(item.memory.id)
      }
      #expect(unsettled.count <= WorkLedger.mostClaims)
      return .turned(outcome)
    }
  }

  @Test(arguments: UInt64(1)...200)
  func everyClaimIsSettledAndNoRunHangs(seed: UInt64) {
    var world = World(seed: seed)
    var plan = RunPlan(concurrency: Int.random(in: 1...12, using: &world.random))
    let stopAt = Int.random(in: 0..<2000, using: &world.random)
    var events = 0
    while !plan.isDone, events < 20_000 {
      while let step = plan.nextStep() { world.take(step) }
      if plan.isDone { break }
      if events == stopAt { plan.take(.stopRequested) }
      guard let event = world.nextEvent() else {
        Issue.record("seed \(seed): nothing is under way and the run is not done")
        return
      }
      plan.take(event)
      events += 1
    }
    #expect(plan.isDone, "seed \(seed)")
    #expect(world.claims.values.allSatisfy { $0 == 1 })
    if case .lockRefused = plan.ending { return }
    #expect(world.unsettled.isEmpty, "seed \(seed)")
    if plan.ending == nil {
      #expect(world.queue.isEmpty)
      #expect(!world.settled.values.contains { if case .returned = $0 { true } else { false } })
    }
  }
}
