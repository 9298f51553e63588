import QueueEngine
import Testing

@Suite struct BackoffTests {
  @Test(arguments: [
    (0, 30), (1, 60), (2, 120), (3, 240), (4, 480), (5, 960), (6, 1920), (7, 3600), (8, 3600),
    (63, 3600), (64, 3600), (Int.max, 3600), (-1, 30), (Int.min, 30),
  ])
  func delayDoublesUpToAnHour(retryCount: Int, seconds: Int) {
    #expect(Backoff.delay(retryCount: retryCount) == .seconds(seconds))
  }

  @Test func lastAttemptZeroIsDueAtOnce() {
    #expect(Backoff.due(lastAttempt: Timestamp(0), retryCount: 9) == Timestamp(0))
  }

  @Test func dueIsTheDelayAfterTheLastAttempt() {
    #expect(Backoff.due(lastAttempt: Timestamp(1000), retryCount: 3) == Timestamp(1240))
  }
}
