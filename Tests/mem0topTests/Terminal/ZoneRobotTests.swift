import Foundation
import Testing

extension Robots {
  /// That the clock on the screen is the person's, also when that is set forward.
  @Suite struct ZoneRobotTests {
    @Test func summerTimeBeginsOnTheOpenScreen() async throws {
      // A zone whose summer begins in a few seconds: until then it is UTC, and then an hour ahead.
      let start = Date(timeIntervalSinceNow: 5)
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
      let day = try #require(calendar.ordinality(of: .day, in: .year, for: start)) - 1
      let parts = calendar.dateComponents([.hour, .minute, .second], from: start)
      let time = [parts.hour, parts.minute, parts.second].map { "\($0 ?? 0)" }.joined(
        separator: ":"
      )
      let zone = "AAA0BBB,\(day)/\(time),\((day + 100) % 365)"

      let session = try TmuxSession(environment: ["TZ": zone])
      try await session.wait(for: hour(of: start, in: calendar, ahead: 0))
      try await session.wait(for: hour(of: start, in: calendar, ahead: 1))
    }

    /// How the clock in the first row shows the hour, so many hours later.
    private func hour(of date: Date, in calendar: Calendar, ahead: Int) -> String {
      let hour = (calendar.component(.hour, from: date) + ahead) % 24
      return "  " + (hour < 10 ? "0\(hour):" : "\(hour):")
    }
  }
}
