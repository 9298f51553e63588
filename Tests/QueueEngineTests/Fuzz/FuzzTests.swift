import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Whatever stands in a log line, a lock, a key or a time: nothing traps, and nothing reaches a screen raw.
///
/// `MEM0TOP_SEEDS=100000` tries as many seeds as anybody likes.
struct FuzzTests {
  private static let seeds =
    ProcessInfo.processInfo.environment["MEM0TOP_SEEDS"].flatMap(UInt64.init) ?? 2000

  /// Pieces of what these texts are made of, so that chance gets beyond the first character.
  private static let pieces: [[UInt8]] = [
    "✅ Synced: ", "⏳ Retry ", "📋 Moved to DLQ: ", "✅ DLQ recovered: ", "⏸️ Waiting backoff: ",
    "✨ Worker done:", "Could not acquire lock (timeout)", "(ID: 3f2a91c0...)", "(retry in ",
    "n/5: ",
    " after 5 retries", "2025-11-30T04:38:18", "2025-11-30 04:38:18,123", "[", "]", "+01:00", "Z",
    "box:4242", "4242\n", "-1", "99999999999999999999", "0", " ", "\u{1B}]52;c;", "\u{202E}",
    "\u{200B}",
    "e\u{301}\u{302}", "漢字", "\u{FE0F}", "\u{E0041}", "\u{85}", "\u{2028}",
  ].map { Array($0.utf8) }

  private static func text(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      if Int.random(in: 0..<3, using: &random) > 0 {
        bytes += pieces.randomElement(using: &random) ?? []
      } else {
        bytes.append(UInt8.random(in: 0...255, using: &random))
      }
    }
    if Bool.random(using: &random) {
      bytes = Array(bytes.prefix(Int.random(in: 0...40, using: &random)))
    }
    return bytes
  }

  /// Characters that move the cursor, change what follows, or cannot be seen.
  private static func isRaw(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    default: scalar == "\u{FE0F}"
    }
  }

  @Test func noTextTrapsOrStaysRaw() {
    for seed in 0..<Self.seeds {
      var random = SeededGenerator(seed: seed)
      let bytes = Self.text(&random)
      let scrubbed = Scrubber.scrub(bytes: bytes)
      let line = LogLineParser.parse(bytes)
      for shown in [scrubbed, line.text, line.project ?? "", line.idPrefix ?? ""] {
        #expect(!shown.unicodeScalars.contains(where: Self.isRaw), "seed \(seed): \(bytes)")
      }
      #expect(Scrubber.scrub(scrubbed) == scrubbed, "seed \(seed)")
    }
  }

  @Test func aProcessIDIsOneOrIsRefused() {
    for seed in 0..<Self.seeds {
      var random = SeededGenerator(seed: seed)
      let recorded = RecordedPID(bytes: Self.text(&random), hostName: "box", largest: 4_194_304)
      if case .pid(let pid) = recorded { #expect(1...4_194_304 ~= pid, "seed \(seed)") }
    }
  }

  @Test func aTimeIsWrittenAsItWasRead() throws {
    for seed in 0..<Self.seeds {
      var random = SeededGenerator(seed: seed)
      let text = String(decoding: Self.text(&random), as: UTF8.self)
      guard let moment = ISOTime.moment(text), let form = TimeForm(text) else { continue }
      let written = form.text(of: moment)
      let again = try #require(ISOTime.moment(written), "seed \(seed): \(text) became \(written)")
      #expect(
        abs(again.secondsSinceEpoch - moment.secondsSinceEpoch) < 60,
        "seed \(seed): \(text) became \(written)"
      )
    }
  }
}
