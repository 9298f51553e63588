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

  /// The first seed whose texts hold something raw once they are shown; each check is given the way
  /// that it judges, so that it can be given a naive one.
  private static func rawSeed(shown: (_ bytes: [UInt8]) -> [String]) -> UInt64? {
    seed { random in
      shown(text(&random)).contains { $0.unicodeScalars.contains(where: isRaw) }
    }
  }

  /// The first seed whose text is taken for a process id that no process can have.
  private static func impossibleSeed(reading: (_ bytes: [UInt8]) -> Int?) -> UInt64? {
    seed { random in reading(text(&random)).map { !(1...4_194_304 ~= $0) } ?? false }
  }

  /// The first seed whose time, written again, is another.
  private static func movedSeed(writing: (_ text: String, Timestamp) -> String?) -> UInt64? {
    seed { random in
      let text = String(decoding: text(&random), as: UTF8.self)
      guard let moment = ISOTime.moment(text), let written = writing(text, moment) else {
        return false
      }
      guard let again = ISOTime.moment(written) else { return true }
      return abs(again.secondsSinceEpoch - moment.secondsSinceEpoch) >= 60
    }
  }

  private static func seed(where isWrong: (inout SeededGenerator) -> Bool) -> UInt64? {
    (0..<seeds).first { seed in
      var random = SeededGenerator(seed: seed)
      return isWrong(&random)
    }
  }

  @Test func noTextTrapsOrStaysRaw() {
    let raw = Self.rawSeed { bytes in
      let line = LogLineParser.parse(bytes)
      return [Scrubber.scrub(bytes: bytes), line.text, line.project ?? "", line.idPrefix ?? ""]
    }
    #expect(raw == nil)
    let changed = Self.seed { random in
      let scrubbed = Scrubber.scrub(bytes: Self.text(&random))
      return Scrubber.scrub(scrubbed) != scrubbed
    }
    #expect(changed == nil)
  }

  @Test func aProcessIDIsOneOrIsRefused() {
    let impossible = Self.impossibleSeed { bytes in
      guard
        case .pid(let pid) = RecordedPID(
          bytes: bytes,
          hostName: "box",
          largest: 4_194_304,
          isAlive: { _ in true }
        )
      else { return nil }
      return Int(pid)
    }
    #expect(impossible == nil)
  }

  @Test func aTimeIsWrittenAsItWasRead() {
    #expect(Self.movedSeed { text, moment in TimeForm(text)?.text(of: moment) } == nil)
  }

  /// The harness itself: what only looks right is caught.
  @Test(.enabled(if: seeds >= 2000, "few seeds catch nobody"))
  func theNaiveWayIsCaught() {
    let unscrubbed = Self.rawSeed { [String(decoding: $0, as: UTF8.self)] }
    let withoutEscapes = Self.rawSeed { bytes in
      [String(decoding: bytes.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)]
    }
    let lenient = Self.impossibleSeed { bytes in
      Int(String(decoding: bytes, as: UTF8.self).filter { $0.isNumber || $0 == "-" })
    }
    let dateOnly = Self.movedSeed { text, _ in String(text.prefix(10)) }
    print(
      "naive fuzz: not scrubbed seed \(unscrubbed ?? 0), only escapes \(withoutEscapes ?? 0),"
        + " lenient \(lenient ?? 0), the date only \(dateOnly ?? 0)"
    )
    #expect(unscrubbed != nil && withoutEscapes != nil)
    #expect(lenient != nil && dateOnly != nil)
  }
}
