import QueueEngine
import Testing

@testable import Dashboard

/// Rates and the time to drain, from what came and what went.
struct PendingHistoryTests {
  /// A history of one look every ten seconds.
  private func history(
    minutes: Int,
    pending: (Int) -> Int,
    arrived: (Int) -> Int = { _ in 0 },
    left: (Int) -> Int = { _ in 0 }
  ) -> PendingHistory {
    var history = PendingHistory()
    for step in 0...(minutes * 6) {
      var traffic = QueueTraffic()
      (traffic.arrived, traffic.left) = (arrived(step), left(step))
      history.record(
        pending(step),
        traffic: traffic,
        at: Timestamp(World.now.secondsSinceEpoch + Double(step * 10))
      )
    }
    return history
  }

  @Test func nothingIsToldBeforeAMinuteWasWatched() {
    var history = PendingHistory()
    history.record(5, traffic: QueueTraffic(), at: World.now)
    #expect(history.ratesPerMinute == nil)
    #expect(history.trend == nil)
  }

  @Test func itemsThatReplaceEachOtherAreBothCounted() throws {
    let history = history(minutes: 5, pending: { _ in 40 }, arrived: { $0 }, left: { $0 })
    let rates = try #require(history.ratesPerMinute)
    #expect(abs(rates.arrived - 6) < 0.01)
    #expect(abs(rates.left - 6) < 0.01)
    #expect(history.trend == nil)
  }

  @Test func aQueueThatShrinksIsDrainedInTime() {
    let history = history(minutes: 5, pending: { 130 - $0 * 2 }, arrived: { $0 }, left: { $0 * 3 })
    // 70 wait, and 12 more leave than come in a minute.
    guard case .drains(let duration) = history.trend else {
      Issue.record("\(String(describing: history.trend))")
      return
    }
    #expect(duration.roughText == "6 min")
  }

  @Test func aQueueThatFillsGrowsAndAnEmptyOneDoesNothing() {
    #expect(history(minutes: 2, pending: { $0 }, arrived: { $0 }).trend == .grows)
    #expect(history(minutes: 2, pending: { _ in 0 }, left: { $0 }).trend == nil)
    #expect(history(minutes: 2, pending: { _ in 9 }).trend == nil)
  }

  @Test func onlyTheLastTenMinutesCount() throws {
    let history = history(minutes: 30, pending: { _ in 9 }, arrived: { min($0, 100) })
    #expect(history.counts.count == 60)
    #expect(try #require(history.ratesPerMinute).arrived == 0)
  }

  @Test func ticksBetweenReadingsAreNoStepBack() {
    var history = PendingHistory()
    for second in 0..<120 {
      for offset in [0.4, 0.0] {
        history.record(
          9,
          traffic: QueueTraffic(),
          at: Timestamp(World.now.secondsSinceEpoch + Double(second) + offset)
        )
      }
    }
    #expect(history.counts.count >= 11)
    history.record(9, traffic: QueueTraffic(), at: Timestamp(World.now.secondsSinceEpoch - 60))
    #expect(history.counts.count == 1)
  }

  @Test func aCounterThatStartsAnewIsNoTraffic() throws {
    var history = history(minutes: 5, pending: { _ in 9 }, arrived: { $0 })
    let before = try #require(history.ratesPerMinute)
    history.record(
      9,
      traffic: QueueTraffic(),
      at: Timestamp(World.now.secondsSinceEpoch + 300)
    )
    #expect(try #require(history.ratesPerMinute) == before)
  }

  @Test(
    arguments: [
      (0, "under 1 min"), (59, "under 1 min"), (60, "1 min"), (89 * 60, "89 min"), (7200, "2 h"),
      (47 * 3600, "47 h"), (3 * 86_400, "3 d"),
    ]
  )
  func guessesAreRough(seconds: Int, text: String) {
    #expect(Duration.seconds(seconds).roughText == text)
  }
}
