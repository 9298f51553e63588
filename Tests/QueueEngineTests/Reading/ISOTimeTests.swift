import Foundation
import QueueEngine
import Testing

@Suite("ISO times")
struct ISOTimeTests {
  @Test(
    "with a zone",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2025-11-30T04:38:18Z", 1_764_477_498),
      ("2025-11-30 04:38:18Z", 1_764_477_498), ("2025-11-30T04:38:18.5Z", 1_764_477_498.5),
      ("2025-11-30T04:38:18,25+00:00", 1_764_477_498.25),
      ("2025-11-30T05:38:18+01:00", 1_764_477_498), ("2025-11-29T23:08:18-0530", 1_764_477_498),
      ("2025-11-30T06:38:18+02", 1_764_477_498), ("2024-02-29T12:00Z", 1_709_208_000),
      ("1969-12-31T23:59:59Z", -1), ("2000-03-01T00:00:00Z", 951_868_800),
    ] as [(String, Double)]
  )
  func zoned(_ text: String, seconds: Double) throws {
    let moment = try #require(ISOTime.moment(text))
    #expect(abs(moment.secondsSinceEpoch - seconds) < 1e-6)
  }

  @Test(
    "without one are local",
    arguments: ["2025-11-30T04:38:18", "2025-07-01 12:00:00", "1999-12-31T23:59:59.123"]
  )
  func local(_ text: String) throws {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
    let plain = text.prefix(19).replacingOccurrences(of: "T", with: " ")
    let expected = try #require(formatter.date(from: plain)).timeIntervalSince1970
    let fraction = text.count > 19 ? 0.123 : 0
    #expect(abs(try #require(ISOTime.moment(text)).secondsSinceEpoch - expected - fraction) < 1e-6)
  }

  @Test(
    "are refused where they are none",
    arguments: [
      "", "soon", "2025-13-01T00:00:00", "2025-02-29T00:00:00", "2025-11-30", "2025-11-30T24:00:00",
      "2025-11-30T04:60:00", "2025-11-30T04:38:18 x", "2025-11-30T04:38:18+",
      "2025-11-30T04:38:18+1",
      "0000-01-01T00:00:00", "2025-00-10T00:00:00", "2025-11-00T00:00:00", "25-11-30T04:38:18",
      "2025-11-30T04:38:1", "2025-1\u{661}-30T04:38:18",
    ]
  )
  func refused(_ text: String) {
    #expect(ISOTime.moment(text) == nil)
  }

  @Test(
    "are found at the start of a log line",
    arguments: [
      ("2025-11-30 04:38:18 \u{2705} Synced", "2025-11-30 04:38:18"),
      ("[2025-11-30T04:38:18.123] x", "2025-11-30T04:38:18.123"),
      ("2025-11-30 04:38:18,123 - INFO - x", "2025-11-30 04:38:18.123"),
      ("2025-11-30T04:38:18-0530 x", "2025-11-30T04:38:18-05:30"),
      ("2025-11-30 04:38:18 +5 more", "2025-11-30 04:38:18"),
      ("2025-11-30 04:38:18-x", "2025-11-30 04:38:18"),
      ("[2025-11-30 04:38:18 x", nil), ("\u{2705} Synced: p", nil), ("", nil), ("[", nil),
    ] as [(String, String?)]
  )
  func leading(_ line: String, time: String?) {
    #expect(ISOTime.leadingTime(in: line) == time.flatMap { ISOTime.moment($0) })
  }
}
