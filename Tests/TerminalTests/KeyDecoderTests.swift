import Dashboard
import Testing

@testable import Terminal

/// A decoder with a clock that the test sets.
struct TimedDecoder {
  private var decoder: KeyDecoder
  private(set) var now = ContinuousClock.now

  init(keys: TerminfoKeys = TerminfoKeys()) {
    decoder = KeyDecoder(keys: keys)
  }

  var isWaiting: Bool { decoder.isWaiting }

  mutating func ask() { decoder.expectAnswer(at: now) }

  mutating func read(_ bytes: some Sequence<UInt8>) -> [KeyDecoder.Input] {
    decoder.decode(bytes, at: now)
  }

  mutating func read(_ text: String) -> [KeyDecoder.Input] { read(Array(text.utf8)) }

  /// Lets time pass, as the loop does: it wakes whenever the decoder wants to be asked.
  mutating func wait(_ duration: Duration) -> [KeyDecoder.Input] {
    let end = now + duration
    var inputs: [KeyDecoder.Input] = []
    while let deadline = decoder.deadline, deadline <= end {
      inputs += decoder.expire(at: deadline)
    }
    now = end
    return inputs
  }
}

@Suite struct KeyDecoderTests {
  private static let second = Duration.seconds(1)

  @Test(arguments: [
    ("a", Key.character("a")), (" ", .character(" ")), ("é", .character("é")),
    ("📋", .character("📋")), ("\r", .enter), ("\n", .control("j")), ("\t", .tab),
    ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{1}", .control("a")),
    ("\u{3}", .control("c")),
    ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[1;5C", .right), ("\u{1B}[Z", .backTab),
    ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home),
    ("\u{1B}OF", .end), ("\u{1B}[3~", .delete), ("\u{1B}OP", .function(1)),
    ("\u{1B}[[E", .function(5)), ("\u{1B}[15~", .function(5)), ("\u{1B}[24~", .function(12)),
    ("\u{1B}OM", .enter), ("\u{1B}Oq", .character("1")), ("\u{1B}[1;1:2B", .down),
  ])
  func oneKey(bytes: String, key: Key) {
    var decoder = TimedDecoder()
    #expect(decoder.read(bytes) == [.key(key)])
    #expect(!decoder.isWaiting)
  }

  /// Bad input 103: what a program before us has left on.
  @Test(arguments: [
    ("\u{1B}[99;5u", Key.control("c")), ("\u{1B}[113u", .character("q")),
    ("\u{1B}[27;5;99~", .control("c")), ("\u{1B}[27;2;65~", .character("A")),
    ("\u{1B}[27u", .escape), ("\u{1B}[13u", .enter), ("\u{1B}[9;2u", .backTab),
    ("\u{1B}[127u", .backspace), ("\u{1B}[114;2u", .character("R")),
    ("\u{1B}[114:82;2u", .character("R")), ("\u{1B}[49;2;33u", .character("!")),
    ("\u{1B}[113;1:2u", .character("q")), ("\u{1B}[57400u", .character("1")),
    ("\u{1B}[57420;129u", .down), ("\u{1B}[67;5u", .control("c")), ("\u{1B}[233u", .character("é")),
  ])
  func aKeyByItsCode(bytes: String, key: Key) {
    var decoder = TimedDecoder()
    #expect(decoder.read(bytes) == [.key(key)])
  }

  @Test(arguments: [
    "\u{1B}[99;5:3u", "\u{1B}[99;9u", "\u{1B}[57441u", "\u{1B}[1114112u",
    "\u{1B}[u",
    "\u{1B}[1;1:3A", "\u{1B}[3;1:3~", "\u{1B}[27;9;99~", "\u{1B}[49;2u", "\u{1B}[?99u",
    "\u{1B}[156u",
  ])
  func aCodeThatIsNoKeyPress(bytes: String) {
    var decoder = TimedDecoder()
    #expect(decoder.read(bytes).isEmpty)
    #expect(!decoder.isWaiting)
  }

  @Test func tornSequencesAreOneKey() {
    for text in ["\u{1B}[1;5C", "📋", "\u{1B}[200~paste\u{1B}[201~", "\u{1B}[113u"] {
      var whole = TimedDecoder()
      var torn = TimedDecoder()
      let expected = whole.read(text)
      #expect(expected.count == 1)
      #expect(text.utf8.flatMap { torn.read([$0]) } == expected)
    }
  }

  @Test(arguments: [
    ("rgb:ffff/ffff/ffff", Theme.Background.light), ("rgb:0000/0000/0000", .dark),
    ("rgb:fd/f6/e3", .light), ("rgb:00/2b/36", .dark), ("rgb:f/f/d", .light),
    ("rgb:0000/0000/ffff", .dark), ("rgb:0000/ffff/0000", .light),
    ("rgba:ffff/ffff/ffff/0000", .light),
  ])
  func theTerminalTellsOfItsBackground(color: String, background: Theme.Background) {
    for (start, end) in [("\u{1B}]", "\u{7}"), ("\u{1B}]", "\u{1B}\\")] {
      var decoder = TimedDecoder()
      #expect(decoder.read("\(start)11;\(color)\(end)") == [.background(background)])
      #expect(decoder.read("j").map(Self.key) == [.character("j")])
    }
  }

  @Test(arguments: [
    "10;rgb:ffff/ffff/ffff", "11;rgb:ffff/ffff", "11;rgb:ffff/ffff/ffff/ffff", "11;rgb:fffff/f/f",
    "11;rgb://", "11;rgb:x/y/z", "11;rgb:+fff/+fff/+fff", "11;rgb:-0/-0/-0", "11;?", "",
    "52;c;rgb:", "lcursor", "11;rgba:f/f/f",
  ])
  func otherAnswersMeanNothing(content: String) {
    var decoder = TimedDecoder()
    #expect(decoder.read("\u{1B}]\(content)\u{7}").isEmpty)
    #expect(decoder.wait(.seconds(1)).isEmpty)
    #expect(decoder.read("j") == [.key(.character("j"))])
  }

  /// Bad input 101.
  ///
  /// Over a slow line an answer comes in parts, which must not be taken for keys.
  @Test func anAnswerTornAtEachByteIsOneAnswer() {
    let answer = Array("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\".utf8)
    for cut in 1..<answer.count {
      for delay in [Duration.milliseconds(1), .milliseconds(30), .seconds(1), .milliseconds(2_990)]
      {
        var decoder = TimedDecoder()
        decoder.ask()
        var inputs = decoder.read(answer.prefix(cut))
        inputs += decoder.wait(delay)
        inputs += decoder.read(answer.dropFirst(cut))
        let isEscape = cut == 1 && delay > KeyDecoder.escapeDelay
        #expect(
          inputs == (isEscape ? [.key(.escape)] : []) + [.background(.light)],
          "\(cut) \(delay)"
        )
        _ = decoder.wait(.milliseconds(20))
        #expect(decoder.read("c") == [.key(.character("c"))])
      }
    }
  }

  /// Its Esc was taken for the key, but its letters are not, though they come one by one.
  @Test func anAnswerInDropsAfterItsEscapeIsNoKeys() {
    var decoder = TimedDecoder()
    decoder.ask()
    var inputs: [KeyDecoder.Input] = []
    for byte in Array("\u{1B}]11;rgb:cccc/cccc/cccc\u{7}".utf8) {
      inputs += decoder.read([byte]) + decoder.wait(.milliseconds(40))
    }
    #expect(inputs == [.key(.escape), .background(.light)])
  }

  @Test func aBracketIsAKeyThoughAnAnswerIsExpected() {
    var decoder = TimedDecoder()
    decoder.ask()
    #expect(decoder.read([0x1B]) + decoder.wait(.milliseconds(30)) == [.key(.escape)])
    #expect(decoder.read("]").isEmpty)
    #expect(decoder.wait(.seconds(3)) == [.key(.character("]"))])
    #expect(decoder.read("x") == [.key(.character("x"))])
  }

  @Test func whatTurnsOutToBeNoAnswerIsKeysInACrowd() {
    var decoder = TimedDecoder()
    decoder.ask()
    #expect(decoder.read([0x1B]) + decoder.wait(.milliseconds(30)) == [.key(.escape)])
    #expect(decoder.read("]1").isEmpty)
    #expect(decoder.read("c") == ["]", "1", "c"].map { .crowdedKey(.character($0)) })
    #expect(decoder.wait(Self.second).isEmpty)
    #expect(decoder.read("c") == [.key(.character("c"))])
  }

  @Test func aSequenceWithoutEndFreesTheKeyboardAfterThreeSeconds() {
    for start in [
      "\u{1B}[1;", "\u{1B}]11;rgb:", "\u{1B}P1$", "\u{1B}_G", "\u{1B}[M!", "\u{1B}O", "\u{9B}",
    ] {
      var decoder = TimedDecoder()
      #expect(decoder.read(start).isEmpty)
      #expect(decoder.wait(.milliseconds(3_001)).isEmpty)
      #expect(!decoder.isWaiting)
      #expect(decoder.read("c") == [.key(.character("c"))], "\(start)")
    }
  }

  @Test func theLateRestOfASequenceIsDropped() {
    for (start, rest) in [
      ("\u{1B}[<0;10", ";12M"), ("\u{1B}]11;rgb:cc", "cc/cccc/cccc\u{1B}\\"), ("\u{1B}[M", "#cc"),
      ("\u{1B}P1$r", "0cr\u{1B}\\"),
    ] {
      var decoder = TimedDecoder()
      #expect(decoder.read(start).isEmpty)
      #expect(decoder.wait(.seconds(5)).isEmpty)
      #expect(decoder.read(rest).allSatisfy { Self.isHarmless($0) }, "\(rest)")
      #expect(!decoder.isWaiting)
      #expect(decoder.wait(Self.second).isEmpty)
      #expect(decoder.read("c") == [.key(.character("c"))])
    }
  }

  /// A lone Esc was the key, but what follows in one read is no typing.
  @Test(arguments: ["[<0;10;12M", "[Mcc!", "[?62;c", "]4;1;rgb:c/c/c\u{7}", "P>|cc\u{1B}\\", "OA"])
  func theRestAfterALoneEscapeIsDropped(rest: String) {
    var decoder = TimedDecoder()
    #expect(decoder.read([0x1B]) + decoder.wait(.milliseconds(100)) == [.key(.escape)])
    #expect(decoder.read(rest).isEmpty)
    #expect(!decoder.isWaiting)
    #expect(decoder.wait(Self.second).isEmpty)
    #expect(decoder.read("c") == [.key(.character("c"))])
  }

  @Test func whatIsTypedIntoATornSequenceDoesNotHoldTheKeyboardForEver() {
    var decoder = TimedDecoder()
    #expect(decoder.read("\u{1B}]").isEmpty)
    var typed: [KeyDecoder.Input] = []
    for _ in 0..<6 { typed += decoder.wait(.seconds(2)) + decoder.read("j") }
    #expect(typed == [.key(.character("j")), .key(.character("j"))], "after ten seconds")
  }

  @Test func ctrlCFreesTheKeyboardAtOnce() {
    var decoder = TimedDecoder()
    #expect(decoder.read("\u{1B}]11;").isEmpty)
    #expect(decoder.wait(.milliseconds(200)).isEmpty)
    #expect(decoder.read([0x03]) == [.key(.control("c"))])
    #expect(!decoder.isWaiting)
  }

  /// Bad input 104: tmux hands Esc and a key over as one where they come quickly after each other.
  @Test func escapeAndAKeyInOneRead() {
    var decoder = TimedDecoder()
    #expect(decoder.read("\u{1B}j") == [.key(.escape), .crowdedKey(.character("j"))])
    #expect(decoder.wait(Self.second).isEmpty)
    #expect(decoder.read("\u{1B}é") == [.key(.escape), .crowdedKey(.character("é"))])
    #expect(decoder.wait(Self.second).isEmpty)
    #expect(decoder.read("\u{1B}[99;3u") == [.key(.escape), .crowdedKey(.character("c"))])
    #expect(decoder.wait(Self.second).isEmpty)
    #expect(
      decoder.read("\u{1B}\u{1B}") + decoder.wait(Self.second) == [.key(.escape), .key(.escape)]
    )
  }

  @Test func loneEscapeWaitsForTheRest() {
    var decoder = TimedDecoder()
    #expect(decoder.read([0x1B]).isEmpty)
    #expect(decoder.isWaiting)
    #expect(decoder.wait(.milliseconds(24)).isEmpty)
    #expect(decoder.wait(.milliseconds(1)) == [.key(.escape)])
    #expect(!decoder.isWaiting)
  }

  @Test func keysInOneReadAreACrowd() {
    var decoder = TimedDecoder()
    #expect(decoder.read("cc") == [.crowdedKey(.character("c")), .crowdedKey(.character("c"))])
    #expect(decoder.read("c") == [.crowdedKey(.character("c"))], "no person is so fast")
    #expect(decoder.wait(.milliseconds(20)).isEmpty)
    #expect(decoder.read("c") == [.key(.character("c"))])
    #expect(decoder.wait(.milliseconds(20)).isEmpty)
    #expect(decoder.read("\u{1B}[B\u{1B}[Bc").last == .key(.character("c")), "arrows are keys")
  }

  /// Bad input 100, in all encodings, at columns that look like commands and beyond 223.
  @Test func mouseReportsAreNeverKeys() {
    for column in 1...300 {
      for row in [1, 67, 96, 120] {
        for report in Self.reports(column: column, row: row) {
          var decoder = TimedDecoder()
          let inputs = decoder.read(report) + decoder.wait(.milliseconds(3_100))
          #expect(inputs.allSatisfy { if case .mouse = $0 { true } else { false } }, "\(report)")
          #expect(decoder.read("c") == [.key(.character("c"))], "\(report)")
        }
      }
    }
  }

  private static func reports(column: Int, row: Int) -> [[UInt8]] {
    let x10 = [32, column + 32, row + 32].map { $0 > 255 ? 0 : UInt8($0) }
    let utf8 = [32, column + 32, row + 32].compactMap { Unicode.Scalar($0) }
    return [
      Array("\u{1B}[M".utf8) + x10, Array("\u{1B}[M\(String(String.UnicodeScalarView(utf8)))".utf8),
      Array("\u{1B}[<0;\(column);\(row)M".utf8), Array("\u{1B}[<0;\(column);\(row)m".utf8),
      Array("\u{1B}[32;\(column);\(row)M".utf8),
    ]
  }

  @Test func clicksAndTheWheelAreTold() {
    var decoder = TimedDecoder()
    #expect(decoder.read("\u{1B}[<0;300;12M") == [.mouse(.click(Point(x: 299, y: 11)))])
    #expect(decoder.read("\u{1B}[<65;1;1M") == [.mouse(.wheel(up: false, Point(x: 0, y: 0)))])
    #expect(decoder.read("\u{1B}[<64;1;1M") == [.mouse(.wheel(up: true, Point(x: 0, y: 0)))])
    for other in ["<0;3;4m", "<32;3;4M", "<2;3;4M", "<4;3;4M", "<0;0;4M", "<0;3M", "0;3;4M"] {
      #expect(decoder.read("\u{1B}[" + other).isEmpty, "\(other)")
    }
    #expect(decoder.read("\u{1B}[I\u{1B}[O") == [.focus(true), .focus(false)])
  }

  @Test(arguments: [
    "\u{1B}[99~", "\u{1B}]0;title\u{7}", "\u{1B}P1$r\u{1B}\\", "\u{9B}", "\u{1B}_Gi=1;OK\u{1B}\\",
    "\u{1B}^pm\u{1B}\\", "\u{1B}Xsos\u{7}\u{1B}\\", "\u{1B}[?62;22c", "\u{1B}[?2026;2$y",
    "\u{1B}[12;40R", "\u{1B}[8;24;80t", "\u{1B}[1;2\u{18}", "\u{1B}]0;x\u{1A}", "\u{1B}[201~",
  ])
  func meansNothing(text: String) {
    var decoder = TimedDecoder()
    #expect(decoder.read(text).isEmpty)
    #expect(!decoder.isWaiting)
    #expect(decoder.wait(Self.second).isEmpty)
    #expect(decoder.read("x") == [.key(.character("x"))])
  }

  @Test func invalidBytesAreDropped() {
    var decoder = TimedDecoder()
    let bytes: [UInt8] = [0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0x61]
    #expect(decoder.read(bytes).last == .crowdedKey(.character("a")))
    #expect(!decoder.isWaiting)
  }

  /// The upper controls as single bytes, which begin no character.
  @Test func sequencesOfEightBits() {
    var decoder = TimedDecoder()
    #expect(decoder.read([0x9B] + Array("A".utf8)) == [.key(.up)])
    #expect(decoder.read([0x9B] + Array("<0;3;4m".utf8)).isEmpty)
    #expect(decoder.read([0x9D] + Array("0;cc".utf8) + [0x9C]).isEmpty)
    #expect(!decoder.isWaiting)
  }

  @Test func pasteIsTextWhateverIsInIt() {
    var decoder = TimedDecoder()
    let pasted = decoder.read("\u{1B}[200~q\r\u{1B}[A\r\nc\u{3}\u{1B}[201~")
    #expect(pasted == [.paste("q\n\u{1B}[A\nc\u{3}")])
    #expect(decoder.wait(Self.second).isEmpty)
    #expect(decoder.read("q") == [.key(.character("q"))])
  }

  /// Bad input 102.
  @Test func aPasteTornAtEachByteIsText() {
    let paste = Array("\u{1B}[200~cqrR\u{1B}[201~".utf8)
    for cut in 2..<paste.count {
      var decoder = TimedDecoder()
      var inputs = decoder.read(paste.prefix(cut)) + decoder.wait(.milliseconds(900))
      inputs += decoder.read(paste.dropFirst(cut))
      #expect(inputs == [.paste("cqrR")], "cut \(cut)")
    }
  }

  @Test func aPasteWithoutEndFreesTheKeyboardAfterASecond() {
    for end in ["", "\u{1B}", "\u{1B}[20"] {
      var decoder = TimedDecoder()
      #expect(decoder.read("\u{1B}[200~cq" + end).isEmpty)
      #expect(decoder.wait(.milliseconds(999)).isEmpty)
      #expect(decoder.wait(.milliseconds(1)) == [.paste("cq")])
      let rest = "\u{1B}[201~".dropFirst(end.count)
      #expect(decoder.wait(Self.second).isEmpty)
      #expect(decoder.read("rR" + rest).allSatisfy { Self.isHarmless($0) })
      #expect(decoder.wait(Self.second).isEmpty)
      #expect(decoder.read("c") == [.key(.character("c"))])
    }
  }

  @Test func longPasteIsCut() {
    var decoder = TimedDecoder()
    var inputs = decoder.read("\u{1B}[200~")
    for _ in 0..<300 { inputs += decoder.read(repeatElement(0x78, count: 4_096)) }
    inputs += decoder.read("\u{1B}[201~")
    #expect(
      inputs == [.paste(String(repeating: "x", count: KeyDecoder.longestPaste))]
    )
  }

  private static func key(_ input: KeyDecoder.Input) -> Key? {
    switch input {
    case .key(let key), .crowdedKey(let key): key
    default: nil
    }
  }

  private static func isHarmless(_ input: KeyDecoder.Input) -> Bool {
    if case .key = input { false } else { true }
  }
}
