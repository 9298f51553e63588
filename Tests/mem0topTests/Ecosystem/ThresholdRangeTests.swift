import Testing

@testable import mem0top

/// Ranges as the guidelines of monitoring plugins define them.
@Suite struct ThresholdRangeTests {
  @Test(arguments: [
    // The table of the guidelines.
    ("10", [-1.0, 10.1], [0.0, 10.0]),
    ("10:", [9.9, -5.0], [10.0, 1e9]),
    ("~:10", [10.1, 1e9], [10.0, -1e9]),
    ("10:20", [9.9, 20.1], [10.0, 20.0]),
    ("@10:20", [10.0, 15.0, 20.0], [9.9, 20.1]),
    ("0:0", [1.0, -1.0], [0.0]), ("@0:5", [0.0, 5.0], [6.0, -1.0]), ("-5:-1", [0.0, -6.0], [-3.0]),
    ("~:", [], [-1e9, 1e9]), ("@~:0", [-3.0, 0.0], [0.5]), ("1.5:2.5", [1.4, 3.0], [2.0]),
  ])
  func aValueAlertsOrNot(text: String, alerting: [Double], quiet: [Double]) throws {
    let range = try #require(ThresholdRange(text))
    #expect(range.text == text)
    for value in alerting { #expect(range.alerts(on: value), "\(value) against \(text)") }
    for value in quiet { #expect(!range.alerts(on: value), "\(value) against \(text)") }
  }

  @Test(arguments: [
    "", ":", "@", "x", "20:10", "-1", "1:2:3", "inf", "nan", "0x10", "1e5", "~", ":5", "5:~", " 5",
    "1.2.3",
    "@@1:2", "--1:2", "５",
  ])
  func whatIsNoRangeIsRefused(text: String) {
    #expect(ThresholdRange(text) == nil)
  }

  @Test func agesMayHaveUnits() {
    #expect(ThresholdRange("10m", takesDurations: true)?.text == "600")
    #expect(ThresholdRange("@1h:2h", takesDurations: true)?.text == "@3600:7200")
    #expect(ThresholdRange("10m") == nil)
  }
}
