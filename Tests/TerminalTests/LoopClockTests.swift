import Testing

@testable import Terminal

/// That ticks and refreshes come when they are due, and together where they can.
@Suite struct LoopClockTests {
  private let second: Int64 = 1_000_000_000

  @Test func aRefreshEachSecondWakesNobodyTwice() {
    let now = 5 * second + 300
    #expect(LoopClock.pause(after: now, interval: .seconds(1)) == second - 300)
    var clock = LoopClock()
    _ = clock.advance(to: now, interval: .seconds(1))
    let next = clock.advance(to: 6 * second, interval: .seconds(1))
    #expect(next.second == 6 && next.isRefreshDue)
    let soon = clock.advance(to: 6 * second + 1, interval: .seconds(1))
    #expect(soon.second == nil && !soon.isRefreshDue)
  }

  @Test func theStartAndAClockThatIsSetAskForNothingInBetween() {
    var clock = LoopClock()
    let first = clock.advance(to: 5 * second, interval: .seconds(60))
    #expect(first.second == 5 && !first.isRefreshDue)
    let back = clock.advance(to: 4 * second, interval: .seconds(60))
    #expect(back.second == 4 && !back.isRefreshDue)
  }

  @Test func otherIntervalsKeepTheirOwnPace() {
    var clock = LoopClock()
    let refreshes = (0..<100).filter { tenth in
      clock.advance(to: Int64(tenth) * second / 10, interval: .milliseconds(500)).isRefreshDue
    }
    #expect(refreshes == Array(stride(from: 5, to: 100, by: 5)))
    #expect(LoopClock.pause(after: second, interval: .milliseconds(500)) == second / 2)
    #expect(LoopClock.pause(after: second, interval: .seconds(10)) == second)
  }
}
