import Testing

@testable import QueueEngine

/// When things happened by a log whose lines have stamps, or have none.
struct RunHistoryTests {
  /// Clocks that are set back by an hour leave stamps that are later than those of the lines after them.
  @Test(arguments: [(3600.0, true), (5.0, false)])
  func aStampThatGoesBackOutranksThoseBeforeIt(step: Double, isForgotten: Bool) throws {
    let base = Timestamp(1_800_000_000)
    var builder = RunHistoryBuilder()
    let before = base + .seconds(step)
    builder.note(LogLine(text: "", kind: .synced, time: before), now: base + .seconds(9000))
    builder.note(LogLine(text: "", kind: .refused, time: base), now: base + .seconds(9000))
    let departure = try #require(builder.history.lastDeparture)
    #expect(departure.latest == base + .milliseconds(999))
    #expect(departure.earliest == (isForgotten ? nil : base))
    #expect(builder.history.lastRefusal?.earliest == base)
  }

  private let now = Timestamp(1_800_000_000)

  private func history(_ lines: [(LogLine.Kind, Double?)], modified: Double = 0) -> RunHistory {
    var builder = RunHistoryBuilder()
    for (kind, age) in lines {
      builder.note(LogLine(text: "", kind: kind, time: age.map { now - .seconds($0) }), now: now)
    }
    builder.finishReading(modifiedAt: now - .seconds(modified))
    return builder.history
  }

  @Test func aStampIsItsWholeSecond() throws {
    let end = try #require(history([(.done, 60)]).lastEnd)
    #expect(end.earliest == now - .seconds(60))
    #expect(end.latest == now - .seconds(60) + .milliseconds(999))
  }

  @Test func whatHasNoStampLiesBetweenTheStampsAroundIt() throws {
    let found = history([(.synced, 100), (.done, nil), (.other, 40)])
    #expect(found.lastEnd?.earliest == now - .seconds(100))
    #expect(found.lastEnd?.latest == now - .seconds(40) + .milliseconds(999))
  }

  @Test func theLastLineWasWrittenWithTheFile() {
    let found = history([(.done, nil), (.refused, nil)], modified: 30)
    #expect(found.lastRefusal?.earliest == now - .seconds(30))
    #expect(found.lastRefusal?.latest == now - .seconds(30))
    #expect(found.lastEnd?.earliest == nil)
    #expect(found.lastEnd?.latest == now - .seconds(30))
  }

  @Test func theOrderOfTheLinesOutranksTheirStamps() {
    let found = history([(.refused, 10), (.done, 3600)])
    #expect(!found.isAfter(\.lastRefusal, \.lastEnd))
    #expect(found.isAfter(\.lastEnd, \.lastRefusal))
    #expect(!found.isAfter(\.lastRefusal, \.lastWork))
    #expect(history([(.refused, 10)]).isAfter(\.lastRefusal, \.lastEnd))
  }

  @Test func noLineLiesInTheFuture() {
    #expect(history([(.done, -3600)], modified: 5).lastEnd?.latest == now - .seconds(5))
  }

  /// The dead letters are worked without the lock.
  @Test func workOnTheDeadLettersIsProgressAndNoWorkOnTheQueue() {
    let found = history([(.synced, 500), (.recovered, 20), (.deadLetterRetry, 10), (.other, 5)])
    #expect(found.lastWork?.earliest == now - .seconds(500))
    #expect(found.lastProgress?.earliest == now - .seconds(10))
    #expect(found.lastEnd == nil)
  }

  @Test func aRunThatFailedHasEndedAndDoneNothing() {
    let found = history([(.failed, 20)])
    #expect(found.lastEnd != nil)
    #expect(found.lastWork == nil)
  }

  @Test func whoSawARefusalComeDatesIt() {
    var found = history([(.refused, nil), (.other, nil)], modified: 0)
    found.date(refusal: now - .seconds(70))
    #expect(found.lastRefusal?.latest == now - .seconds(70))
    found.date(refusal: now + .seconds(70))
    #expect(found.lastRefusal?.latest == now - .seconds(70))
  }
}
