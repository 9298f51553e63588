import Testing

@testable import QueueEngine

/// A time is written anew in the form that the old one had.
@Suite("Time form")
struct TimeFormTests {
  private static let moment = Timestamp(1_764_477_498.125)

  @Test(
    arguments: [
      ("2020-01-01T00:00:00Z", "2025-11-30T04:38:18Z"),
      ("2020-01-01 00:00:00Z", "2025-11-30 04:38:18Z"),
      ("2020-01-01T00:00Z", "2025-11-30T04:38Z"),
      ("2020-01-01T00:00:00.5Z", "2025-11-30T04:38:18.1Z"),
      ("2020-01-01T00:00:00,123+00:00", "2025-11-30T04:38:18,125+00:00"),
      ("2020-01-01T00:00:00.123456-0530", "2025-11-29T23:08:18.125000-0530"),
      ("2020-01-01T00:00:00.123456789+02", "2025-11-30T06:38:18.125000000+02"),
    ]
  )
  func isKept(_ old: String, new: String) throws {
    #expect(try #require(TimeForm(old)).text(of: Self.moment) == new)
  }

  @Test(arguments: ["2020-01-01T00:00:00", "2020-07-01 00:00:00.123456", "2020-01-01T00:00"])
  func localTimeReadsBackAsTheSameMoment(_ old: String) throws {
    let new = try #require(TimeForm(old)).text(of: Self.moment)
    #expect(new.count == old.count)
    let read = try #require(ISOTime.moment(new))
    #expect(abs(read.secondsSinceEpoch - Self.moment.secondsSinceEpoch) < (old.count > 16 ? 1 : 60))
  }

  @Test(arguments: ["", "soon", "2020-01-01", "2020-13-01T00:00:00", "2020-01-01T00:00:00 CET"])
  func whatIsNoTimeHasNoForm(_ text: String) {
    #expect(TimeForm(text) == nil)
  }
}
