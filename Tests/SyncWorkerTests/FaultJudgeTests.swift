import QueueEngine
import Testing

@testable import SyncWorker

/// Whose fault a failure is: each row of `docs/contract.md#whose-fault` is a test.
@Suite struct FaultJudgeTests {
  private var judge = FaultJudge()

  private mutating func rule(_ outcome: DeliveryOutcome, healthy: Bool = true)
    -> FaultJudge.Ruling
  {
    judge.rule(on: outcome, isServerHealthy: healthy)
  }

  /// Lets an item through, so that the rules of a run that has proven itself apply.
  private mutating func letOneThrough() {
    #expect(rule(.stored) == .delivered)
  }

  @Test(arguments: ["HTTP 400", "HTTP 413", "HTTP 422 invalid user_id"])
  mutating func whatIsWrongWithTheItemIsCounted(cause: String) {
    for _ in 0..<10 { #expect(rule(.rejected(cause)) == .counted(cause: cause)) }
    #expect(judge.stop == nil && judge.wait == nil)
  }

  @Test(arguments: [
    (DeliveryOutcome.failed(.unreachable, "connect refused"), true),
    (.failed(.throttled(retryAfter: nil), "HTTP 429"), true),
    (.failed(.broken, "HTTP 502"), false), (.unknown("timeout after 30 s"), false),
  ])
  mutating func theServersFaultStopsTheRunAfterThreeAttemptsASecondApart(
    outcome: DeliveryOutcome,
    healthy: Bool
  ) {
    letOneThrough()
    for attempt in 1...3 {
      #expect(judge.stop == nil)
      #expect(rule(outcome, healthy: healthy) == .triedAgain)
      #expect(judge.wait == .seconds(1))
      #expect(judge.allowance(concurrency: 8) == 0)
      judge.waitEnded()
      #expect(judge.allowance(concurrency: 8) == (attempt < 3 ? 1 : 0))
    }
    guard case .server = judge.stop else {
      Issue.record("\(String(describing: judge.stop))")
      return
    }
  }

  @Test mutating func deliveriesThatWereUnderWayTogetherAreOneAttempt() {
    letOneThrough()
    for _ in 0..<8 { #expect(rule(.failed(.unreachable, "connect")) == .triedAgain) }
    #expect(judge.stop == nil)
    judge.waitEnded()
    letOneThrough()
    #expect(judge.allowance(concurrency: 8) == 8)
  }

  @Test mutating func retryAfterIsHonouredAndAVeryLongOneEndsTheRun() {
    #expect(rule(.failed(.throttled(retryAfter: .seconds(7)), "HTTP 429")) == .triedAgain)
    #expect(rule(.failed(.throttled(retryAfter: .seconds(2)), "HTTP 429")) == .triedAgain)
    #expect(judge.wait == .seconds(7))
    #expect(judge.stop == nil)
    judge.waitEnded()
    #expect(rule(.failed(.throttled(retryAfter: .seconds(3600)), "HTTP 429")) == .triedAgain)
    #expect(judge.stop == .server(cause: "HTTP 429", retryAfter: .seconds(3600)))
  }

  @Test(arguments: ["HTTP 401", "HTTP 403", "HTTP 404"])
  mutating func aRefusalIsTheServersUntilOthersWentThrough(cause: String) {
    #expect(rule(.failed(.refused, cause)) == .triedLast)
    judge.waitEnded()
    letOneThrough()
    #expect(rule(.failed(.refused, cause)) == .counted(cause: cause))
    #expect(judge.stop == nil)
  }

  @Test mutating func threeRefusalsStopTheRun() {
    for _ in 0..<3 {
      judge.waitEnded()
      #expect(rule(.failed(.refused, "HTTP 401")) == .triedLast)
    }
    #expect(judge.stop == .server(cause: "HTTP 401", retryAfter: nil))
  }

  @Test(arguments: [
    DeliveryOutcome.failed(.broken, "HTTP 500"), .unknown("timeout after 30 s"),
    .failed(.broken, "HTTP 200 not accepted"),
  ])
  mutating func whileHealthAnswersAPoisonItemIsCountedAndBlocksNobody(outcome: DeliveryOutcome) {
    letOneThrough()
    for _ in 0..<10 {
      guard case .counted = rule(outcome) else {
        Issue.record("not counted")
        return
      }
      #expect(judge.allowance(concurrency: 8) == 8)
    }
    #expect(judge.stop == nil)
  }

  @Test mutating func firstThreeThatFailSoAreCountedAndStopTheRun() {
    for count in 1...3 {
      #expect(judge.stop == nil)
      #expect(judge.allowance(concurrency: 8) == 4 - count)
      #expect(rule(.failed(.broken, "HTTP 500")) == .counted(cause: "HTTP 500"))
    }
    #expect(judge.stop == .storage(cause: "HTTP 500"))
    #expect(judge.allowance(concurrency: 8) == 0)
  }

  @Test mutating func aRunWithFewerItemsCountsAsUsual() {
    for _ in 0..<2 { #expect(rule(.unknown("timeout")) == .counted(cause: "timeout")) }
    #expect(judge.stop == nil)
  }

  @Test mutating func oneThatWentThroughAmongTheFirstDisarmsIt() {
    #expect(rule(.failed(.broken, "HTTP 500")) == .counted(cause: "HTTP 500"))
    letOneThrough()
    for _ in 0..<5 { #expect(rule(.failed(.broken, "HTTP 500")) == .counted(cause: "HTTP 500")) }
    #expect(judge.stop == nil)
  }

  @Test mutating func anItemThatIsWrongItselfProvesNothing() {
    #expect(rule(.rejected("HTTP 422")) == .counted(cause: "HTTP 422"))
    for _ in 0..<3 { _ = rule(.failed(.broken, "HTTP 500")) }
    #expect(judge.stop == .storage(cause: "HTTP 500"))
  }

  @Test mutating func whatFailsBehindTheServerIsNeverCounted() {
    letOneThrough()
    for _ in 1...3 {
      judge.waitEnded()
      #expect(rule(.failed(.dependency, "HTTP 502 unknown")) == .triedLast)
    }
    #expect(judge.stop == .server(cause: "HTTP 502 unknown", retryAfter: nil))
  }

  @Test mutating func aReceiptThatAllLackInTheSameWayStopsTheRun() {
    for _ in 1...3 {
      #expect(judge.stop == nil && judge.mayDefer)
      #expect(rule(.unconfirmed("why", way: "way")) == .deferred(cause: "why"))
    }
    #expect(judge.stop == .receipt(cause: "why") && judge.mayDefer)
  }

  @Test(arguments: [
    DeliveryOutcome.stored, .rejected("HTTP 422"), .unknown("HTTP 500"),
    .unconfirmed("why", way: "another"),
  ])
  mutating func anyOtherItemMakesAMissingReceiptCount(other: DeliveryOutcome) {
    #expect(rule(.unconfirmed("why", way: "way")) == .deferred(cause: "why"))
    _ = rule(other)
    #expect(!judge.mayDefer)
    #expect(rule(.unconfirmed("why", way: "way")) == .counted(cause: "why"))
  }

  @Test mutating func withoutHealthAMissingReceiptIsTheServers() {
    #expect(rule(.unconfirmed("why", way: "way"), healthy: false) == .triedAgain)
    #expect(judge.mayDefer)
  }
}
