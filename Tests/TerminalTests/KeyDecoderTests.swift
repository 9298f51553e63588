import Dashboard
import Testing

@testable import Terminal

@Suite struct KeyDecoderTests {
  @Test(arguments: [
    ("a", Key.character("a")), (" ", .character(" ")), ("é", .character("é")),
    ("📋", .character("📋")), ("\r", .enter), ("\n", .control("j")), ("\t", .tab),
    ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{1}", .control("a")),
    ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[1;5C", .right), ("\u{1B}[Z", .backTab),
    ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home),
    ("\u{1B}OF", .end), ("\u{1B}[3~", .delete), ("\u{1B}OP", .function(1)),
    ("\u{1B}[[E", .function(5)), ("\u{1B}[15~", .function(5)), ("\u{1B}[24~", .function(12)),
    ("\u{1B}OM", .enter), ("\u{1B}Oq", .character("1")),
  ])
  func oneKey(bytes: String, key: Key) {
    var decoder = KeyDecoder()
    #expect(decoder.decode(bytes.utf8) == [.key(key)])
    #expect(!decoder.isWaiting)
  }

  @Test func tornSequencesAreOneKey() {
    for text in ["\u{1B}[1;5C", "📋", "\u{1B}[200~paste\u{1B}[201~"] {
      var whole = KeyDecoder()
      var torn = KeyDecoder()
      let expected = whole.decode(text.utf8)
      #expect(expected.count == 1)
      #expect(text.utf8.flatMap { torn.decode([$0]) } == expected)
    }
  }

  @Test(arguments: [
    ("rgb:ffff/ffff/ffff", Theme.Background.light), ("rgb:0000/0000/0000", .dark),
    ("rgb:fd/f6/e3", .light), ("rgb:00/2b/36", .dark), ("rgb:f/f/d", .light),
    ("rgb:0000/0000/ffff", .dark), ("rgb:0000/ffff/0000", .light),
  ])
  func theTerminalTellsOfItsBackground(color: String, background: Theme.Background) {
    for end in ["\u{7}", "\u{1B}\\"] {
      var decoder = KeyDecoder()
      #expect(
        decoder.decode("\u{1B}]11;\(color)\(end)j".utf8) == [
          .background(background), .key(.character("j")),
        ]
      )
    }
  }

  @Test(arguments: [
    "10;rgb:ffff/ffff/ffff", "11;rgb:ffff/ffff", "11;rgb:ffff/ffff/ffff/ffff", "11;rgb:fffff/f/f",
    "11;rgb://", "11;rgb:x/y/z", "11;rgb:+fff/+fff/+fff", "11;rgb:-0/-0/-0", "11;?", "",
    "52;c;rgb:",
  ])
  func otherAnswersMeanNothing(content: String) {
    var decoder = KeyDecoder()
    #expect(decoder.decode("\u{1B}]\(content)\u{7}j".utf8) == [.key(.character("j"))])
  }

  /// Over a slow line an answer comes in parts, which must not be taken for keys.
  @Test func anAnswerThatWasAskedForIsWaitedForLonger() {
    var decoder = KeyDecoder()
    decoder.expectsAnswer = true
    #expect(decoder.decode("\u{1B}".utf8).isEmpty)
    #expect(!decoder.isInAnswer)
    #expect(decoder.decode("]11;rgb:ff".utf8).isEmpty)
    #expect(decoder.isInAnswer)
    #expect(decoder.decode("ff/ffff/ffff\u{7}".utf8) == [.background(.light)])
    #expect(!decoder.expectsAnswer)
    #expect(decoder.decode("\u{1B}]".utf8).isEmpty)
    #expect(!decoder.isInAnswer)
  }

  /// Its Esc was taken for the key, but its letters are not: one of them retries an item.
  @Test func anAnswerThatComesLongAfterItsEscapeIsNoKeys() {
    let rest = Array("]11;rgb:ffff/ffff/ffff\u{1B}\\".utf8)
    for cut in 0...rest.count {
      var decoder = KeyDecoder()
      decoder.expectsAnswer = true
      #expect(decoder.decode([0x1B]).isEmpty)
      #expect(decoder.giveUp() == [.key(.escape)])
      let inputs = decoder.decode(rest.prefix(cut))
      #expect(decoder.isInAnswer == (1..<rest.count).contains(cut), "cut \(cut)")
      #expect(inputs + decoder.decode(rest.dropFirst(cut)) == [.background(.light)], "cut \(cut)")
    }
  }

  @Test func aBracketIsAKeyThoughAnAnswerIsExpected() {
    var decoder = KeyDecoder()
    decoder.expectsAnswer = true
    #expect(decoder.decode("]".utf8).isEmpty)
    #expect(decoder.giveUp() == [.key(.character("]"))])
    #expect(decoder.decode("]1x".utf8) == ["]", "1", "x"].map { .key(.character($0)) })
    #expect(decoder.decode("\u{1B}]q".utf8).isEmpty)
    #expect(!decoder.isInAnswer)
  }

  @Test func anAnswerWithoutEndIsDropped() {
    var decoder = KeyDecoder()
    decoder.expectsAnswer = true
    #expect(decoder.decode("\u{1B}]11;rgb:".utf8).isEmpty)
    #expect(decoder.decode(repeatElement(0x66, count: 300)).isEmpty)
    #expect(!decoder.isWaiting)
    #expect(decoder.decode("x".utf8) == [.key(.character("x"))])
  }

  @Test func loneEscapeWaitsForTheRest() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0x1B]).isEmpty)
    #expect(decoder.isWaiting)
    #expect(decoder.giveUp() == [.key(.escape)])
    #expect(!decoder.isWaiting)
  }

  @Test func tornSequenceThatNeverEndsIsDropped() {
    var decoder = KeyDecoder()
    #expect(decoder.decode("\u{1B}[1;".utf8).isEmpty)
    #expect(decoder.giveUp().isEmpty)
    #expect(decoder.decode("x".utf8) == [.key(.character("x"))])
  }

  @Test(arguments: [
    "\u{1B}c", "\u{1B}é", "\u{1B}[I", "\u{1B}[99~", "\u{1B}]0;title\u{7}", "\u{1B}P1$r\u{1B}\\",
    "\u{9B}",
  ])
  func meansNothing(text: String) {
    var decoder = KeyDecoder()
    #expect(decoder.decode((text + "x").utf8) == [.key(.character("x"))])
  }

  @Test func invalidBytesAreDropped() {
    var decoder = KeyDecoder()
    let bytes: [UInt8] = [0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0x61]
    #expect(decoder.decode(bytes).last == .key(.character("a")))
    #expect(!decoder.isWaiting)
  }

  @Test func pasteIsTextWhateverIsInIt() {
    var decoder = KeyDecoder()
    let pasted = decoder.decode("\u{1B}[200~q\r\u{1B}[A\r\nc\u{1B}[201~q".utf8)
    #expect(pasted == [.paste("q\n\u{1B}[A\nc"), .key(.character("q"))])
  }

  @Test func longPasteIsCut() {
    var decoder = KeyDecoder()
    var inputs = decoder.decode("\u{1B}[200~".utf8)
    for _ in 0..<300 { inputs += decoder.decode(repeatElement(0x78, count: 4_096)) }
    inputs += decoder.decode("\u{1B}[201~".utf8)
    #expect(
      inputs == [.paste(String(repeating: "x", count: KeyDecoder.longestPaste))]
    )
  }

  @Test func bytesAtRandomNeverTrapNorStick() {
    for seed in 1...200 {
      var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
      let bytes = (0..<200).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 40 & 1 == 0 ? 0x1B : UInt8(truncatingIfNeeded: state >> 48)
      }
      var decoder = KeyDecoder()
      _ = decoder.decode(bytes)
      _ = decoder.giveUp()
      #expect(!decoder.isWaiting, "seed \(seed)")
    }
  }
}
