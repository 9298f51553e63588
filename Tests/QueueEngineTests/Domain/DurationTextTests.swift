import Testing

@testable import QueueEngine

@Suite struct DurationTextTests {
  @Test(arguments: [
    (0, "0s"), (42, "42s"), (60, "1m 00s"), (242, "4m 02s"), (11_220, "3h 07m"),
    (190_800, "2d 5h"), (-5, "0s"),
  ])
  func agesReadLikeAPersonSaysThem(seconds: Int, text: String) {
    #expect(Duration.seconds(seconds).ageText == text)
  }

  @Test(arguments: [
    (0.0, "00:00"), (0.1, "00:01"), (42, "00:42"), (59.5, "01:00"), (3723, "1:02:03"),
  ])
  func countdownsReachZeroOnlyWhenTheyAreOver(seconds: Double, text: String) {
    #expect(Duration.seconds(seconds).countdownText == text)
  }

  @Test(arguments: [Double.infinity, -.infinity, .nan, 1e300, -1e300])
  func absurdSecondsDoNotTrap(seconds: Double) {
    #expect(!Duration(seconds: seconds).ageText.isEmpty)
  }
}
