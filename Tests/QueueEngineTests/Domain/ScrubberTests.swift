import QueueEngine
import TestSupport
import Testing

/// Bad inputs 36–46 (`docs/safety.md#bad-inputs`): nothing of them reaches a terminal raw.
@Suite struct ScrubberTests {
  @Test(arguments: [
    ("plain text", "plain text"),
    ("\u{1B}]52;c;aGk=\u{07}", "␛]52;c;aGk=␇"),
    ("\u{1B}]0;title\u{1B}\\", "␛]0;title␛\\"),
    ("\u{1B}Pq#0\u{1B}\\", "␛Pq#0␛\\"),
    ("\u{9B}31m", "‹U+009B›31m"),
    ("a\u{202E}b", "a‹U+202E›b"),
    ("a\u{200B}b\u{200D}c", "a‹U+200B›b‹U+200D›c"),
    ("\u{E0041}", "‹U+E0041›"),
    ("over\rwrite\u{08}", "over␍write␈"),
    ("tab\tdel\u{7F}", "tab␉del␡"),
    ("line\u{2028}\u{2029}", "line‹U+2028›‹U+2029›"),
    ("⏸\u{FE0F} wait", "⏸ wait"),
    ("é 漢字 ✅", "é 漢字 ✅"),
  ])
  func harmfulCharactersBecomeMarks(text: String, shown: String) {
    #expect(Scrubber.scrub(text) == shown)
  }

  @Test(
    arguments: [
      ([0x9B, 0x33], "\\x9B3"), ([0x41, 0xFF], "A\\xFF"), ([0xC3], "\\xC3"),
      ([0xED, 0xA0, 0x80], "\\xED\\xA0\\x80"), ([0xC0, 0xAF], "\\xC0\\xAF"),
      ([0xE6, 0xBC, 0xA2], "漢"), ([0xF4, 0x90, 0x80, 0x80], "\\xF4\\x90\\x80\\x80"),
    ] as [([UInt8], String)]
  )
  func invalidBytesAreShownInHexadecimal(bytes: [UInt8], shown: String) {
    #expect(Scrubber.scrub(bytes: bytes) == shown)
  }

  @Test func aCharacterKeepsEightCombiningMarks() {
    let text = Scrubber.scrub("e" + String(repeating: "\u{301}", count: 1000))
    #expect(text.unicodeScalars.count == 9)
  }

  @Test func noByteSequenceLeavesAControlBehind() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let text = Scrubber.scrub(bytes: bytes)
      let harmless = text.unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
      }
      #expect(harmless, "bytes \(bytes)")
    }
  }
}
