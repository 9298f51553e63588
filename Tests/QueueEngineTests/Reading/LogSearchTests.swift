import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Lines that are looked for in a whole log, from its end on.
struct LogSearchTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func find(
    _ text: String,
    _ wanted: String = "",
    since: Timestamp? = nil,
    limit: Int = 1000
  ) throws -> [String] {
    try directory.write(text, to: "log")
    return try LogSearch.lines(
      holding: wanted,
      since: since,
      limit: limit,
      in: directory.path("log"),
      now: Timestamp(Date().timeIntervalSince1970)
    ).map(\.text)
  }

  @Test func theLastMatchesComeInTheirOrder() throws {
    let text = (0..<10).map { "line \($0) \($0 % 2 == 0 ? "Even" : "odd")\n" }.joined()
    #expect(try find(text, "even", limit: 2) == ["line 6 Even", "line 8 Even"])
    #expect(try find(text, "odd\r") == [])
    #expect(try find(text, limit: 1) == ["line 9 odd"])
    #expect(try find(text, limit: 0) == [])
    #expect(try find("", "x") == [] && find("\n\n\n") == [])
    #expect(try find("a\r\nb", "b") == ["b"])
  }

  /// Pieces of the file do not coincide with its lines, whatever their lengths.
  @Test(.tags(.slow), arguments: 0..<12)
  func everyLineIsFoundWhereverItStands(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let lines = (0..<4000).map { index in
      let isNeedle = Int.random(in: 0..<50, using: &random) == 0
      let length = Int.random(in: 0..<400, using: &random)
      return "\(index) \(isNeedle ? "NEEDLE" : "hay")" + String(repeating: "x", count: length)
    }
    let expected = lines.filter { $0.contains("NEEDLE") }
    #expect(try find(lines.joined(separator: "\n"), "needle") == expected)
  }

  @Test func aLineLongerThanAPieceIsOneLine() throws {
    let long = "start " + String(repeating: "y", count: 700_000)
    #expect(try find("a\n\(long)\nb\n").count == 3)
    #expect(try find("a\n\(long)\nb\n", "start").count == 1)
    #expect(try find(long, "start").count == 1)
  }

  private static let dated = """
    2026-01-01T02:00:00Z one
    of the first
    2026-01-01T03:00:00Z two
      of the second
    2026-01-01T04:00:00Z three

    """

  @Test func linesWithoutATimeGoWithTheLineBeforeThem() throws {
    let moment = try #require(ISOTime.moment("2026-01-01T02:30:00Z"))
    #expect(
      try find(Self.dated, since: moment)
        == ["2026-01-01T03:00:00Z two", "  of the second", "2026-01-01T04:00:00Z three"]
    )
    #expect(
      try find(Self.dated, "the", since: moment)
        == ["  of the second", "2026-01-01T04:00:00Z three"].filter { $0.contains("the") }
    )
    #expect(try find(Self.dated, since: moment, limit: 2).count == 2)
    #expect(try find(Self.dated, since: Timestamp(0)).count == 5)
    let later = try #require(ISOTime.moment("2026-01-01T05:00:00Z"))
    #expect(try find(Self.dated, since: later) == [])
  }

  @Test func whereNoLineHasATimeAllCount() throws {
    #expect(try find("a\nb\n", since: Timestamp(1)) == ["a", "b"])
  }

  @Test func whatIsFoundIsScrubbed() throws {
    #expect(try find("a\u{1B}[31mb\n", "b")[0].unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }
}
