import Dashboard
import Foundation
import TestSupport
import Testing

@testable import Terminal

/// Bytes that nobody typed, cut and delayed at random: no key that counts comes of them, and one that is
/// typed afterwards works.
///
/// `MEM0TOP_SEEDS` says how many rounds.
@Suite struct KeyDecoderFuzzTests {
  private static let seeds =
    ProcessInfo.processInfo.environment["MEM0TOP_SEEDS"].flatMap { Int($0) } ?? 300

  /// Sequences by the grammar, each whole in itself, between keys that are typed.
  @Test func noiseBetweenKeys() {
    for seed in 0..<Self.seeds {
      var noise = NoiseSource(seed: seed)
      var decoder = TimedDecoder()
      var expected: [Key] = []
      var counting: [Key] = []
      for _ in 0..<40 {
        let pieces = noise.next()
        if pieces.isAnswer { decoder.ask() }
        var inputs: [KeyDecoder.Input] = []
        for (bytes, delay) in pieces.parts { inputs += decoder.read(bytes) + decoder.wait(delay) }
        inputs += decoder.wait(pieces.rest)
        counting += inputs.compactMap(Self.countingKey)
        let typed = noise.typed()
        expected.append(typed)
        inputs = decoder.read(Self.bytes(of: typed)) + decoder.wait(.milliseconds(60))
        counting += inputs.compactMap(Self.countingKey)
        guard counting == expected else {
          Issue.record("seed \(seed): \(pieces), then \(typed) gave \(counting.suffix(3))")
          break
        }
      }
    }
  }

  /// Any bytes at all, beside a machine of states that reads them one by one.
  @Test func bytesAtRandom() {
    for seed in 0..<Self.seeds {
      var random = SeededGenerator(seed: seed)
      var decoder = TimedDecoder()
      var reference = ReferenceReadings()
      var told: [String] = []
      for step in 0..<200 {
        let count = Int.random(in: 1...5, using: &random)
        let bytes = (0..<count).map { _ in NoiseSource.anyByte(using: &random) }
        let delay = NoiseSource.anyDelay(using: &random)
        let counting = decoder.read(bytes).compactMap(Self.countingKey)
        let named = reference.read(bytes, after: delay.before)
        told.append("\(bytes) and \(delay.before)")
        for key in counting where !named.contains(key) {
          let steps = told.suffix(8).joined(separator: ", ")
          Issue.record("seed \(seed), step \(step): \(key), the reference \(named), after \(steps)")
          return
        }
        reference.keepThose(with: counting)
        let late = decoder.wait(delay.before).compactMap(Self.countingKey)
        // Only a bracket that was held as the beginning of an answer comes late.
        if !late.isEmpty { Issue.record("seed \(seed), step \(step): \(late) came late") }
      }
      _ = decoder.wait(.seconds(11))
      #expect(decoder.read("c") == [.key(.character("c"))], "seed \(seed)")
    }
  }

  /// What each terminal of terminfo sends for its keys: to one that knows it, the key; to another, nothing
  /// that counts.
  ///
  /// Two kinds send another key and a letter for one: Backspace with Ctrl-W, F1 with a digit.
  @Test(.tags(.slow)) func everyTerminalOfTerminfo() throws {
    let isAmbiguous = { (bytes: [UInt8]) in
      bytes == Array("\u{1B}[8u\u{17}".utf8) || bytes.dropLast() == Array("\u{1B}OP".utf8)
    }
    let terminals = try TerminfoListing.terminals()
    try #require(terminals.count > 10)
    var strange: Set<[UInt8]> = []
    for (name, capabilities) in terminals {
      let own = TerminfoKeys { capabilities[$0] }
      for (capability, key) in TerminfoKeys.capabilities {
        guard let bytes = capabilities[capability], bytes.count > 1,
          bytes != Array("\u{1B}[M".utf8),
          bytes[0] < 0x20 || bytes[0] > 0x7F
        else { continue }
        if !isAmbiguous(bytes), strange.insert(bytes).inserted {
          expectNothing(of: bytes, "\(name) \(capability)")
        }
        var knowing = TimedDecoder(keys: own)
        let inputs = knowing.read(bytes)
        guard let key, capabilities.filter({ $0.value == bytes }).count == 1 else { continue }
        #expect(inputs == [.key(key)], "\(name) \(capability)")
      }
    }
  }

  /// To a decoder that does not know the key, its bytes mean nothing, however they are cut.
  private func expectNothing(of bytes: [UInt8], _ key: String) {
    // A control character that introduces nothing is a key by itself.
    let isControl = bytes[0] < 0x20 && bytes[0] != 0x1B
    for cut in 1...bytes.count {
      var decoder = TimedDecoder()
      var inputs = decoder.read(bytes.prefix(cut)) + decoder.wait(.milliseconds(4))
      if cut < bytes.count { inputs += decoder.read(bytes.dropFirst(cut)) }
      inputs += decoder.wait(.seconds(4))
      let counting = inputs.compactMap(Self.countingKey).filter {
        if case .control = $0 { !isControl } else { true }
      }
      #expect(
        inputs == KeypadKeys.inputs(for: bytes) || counting.isEmpty,
        "\(key) cut at \(cut): \(inputs)"
      )
    }
  }

  /// A key that may do something, where it is not in a crowd.
  private static func countingKey(_ input: KeyDecoder.Input) -> Key? {
    guard case .key(let key) = input else { return nil }
    switch key {
    case .character, .control, .enter: return key
    default: return nil
    }
  }

  private static func bytes(of key: Key) -> [UInt8] {
    switch key {
    case .character(let character): Array(String(character).utf8)
    case .enter: [0x0D]
    case .control(let letter): [(letter.asciiValue ?? 0) & 0x1F]
    default: []
    }
  }
}

/// Whether a sequence is that of the keypad, whose keys are what they write.
private enum KeypadKeys {
  static func inputs(for bytes: [UInt8]) -> [KeyDecoder.Input]? {
    let introducers = [Array("\u{1B}O".utf8), [0x8F]]
    guard let last = bytes.last, introducers.contains(bytes.dropLast()) else { return nil }
    return KeySequence.singleShift(last).map { [.key($0)] }
  }
}

/// Sequences of every kind, in pieces.
private struct NoiseSource {
  struct Pieces {
    var parts: [([UInt8], Duration)]
    /// How long until the next key may be typed.
    var rest: Duration
    var isAnswer: Bool
  }

  private var random: SeededGenerator

  init(seed: Int) { random = SeededGenerator(seed: seed) }

  mutating func typed() -> Key {
    [.character("c"), .character("q"), .character("é"), .enter, .control("l"), .character("]")]
      .randomElement(using: &random) ?? .enter
  }

  mutating func next() -> Pieces {
    let kind = Int.random(in: 0..<14, using: &random)
    let bytes = sequence(kind)
    let isAnswer = kind == 0
    var cuts = Set(
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        Int.random(in: 1..<bytes.count, using: &random)
      }
    )
    // An Esc alone is the key; then the rest is known for what it is where it comes in one piece.
    let isAfterEscape = cuts.contains(1)
    if isAfterEscape, !isAnswer { cuts = [1] }
    let places = [0] + cuts.sorted() + [bytes.count]
    let parts = zip(places, places.dropFirst()).map { start, end in
      let isShort = Bool.random(using: &random)
      // In all, no longer than a paste stands still or a sequence is held.
      let most = kind == 1 ? 900 : 2_990
      let pause = Int.random(in: 0...(isShort ? 20 : most), using: &random)
      let delay = kind == 13 && start == 0 && end == 1 ? min(pause, 20) : pause
      return (Array(bytes[start..<end]), Duration.milliseconds(delay))
    }
    let mayBeLonger = kind == 3 || kind == 4
    return Pieces(parts: parts, rest: .milliseconds(mayBeLonger ? 3_100 : 60), isAnswer: isAnswer)
  }

  private mutating func sequence(_ kind: Int) -> [UInt8] {
    let e = "\u{1B}"
    let (x, y) = (Int.random(in: 1...500, using: &random), Int.random(in: 1...200, using: &random))
    let text = letters()
    switch kind {
    case 0: return Array("\(e)]11;rgb:\(hex())/\(hex())/\(hex())\(end())".utf8)
    case 1: return Array("\(e)[200~\(text)\r\(text)\(e)[201~".utf8)
    case 2:
      return Array(
        "\(e)[<\(Int.random(in: 0...67, using: &random));\(x);\(y)\(flip() ? "M" : "m")".utf8
      )
    case 3:
      return Array("\(e)[M".utf8) + [32, x + 32, y + 32].map { $0 > 255 ? 0 : UInt8($0) }
    case 4:
      let scalars = [32, x + 32, y + 32].compactMap { Unicode.Scalar($0) }
      return Array("\(e)[M\(String(String.UnicodeScalarView(scalars)))".utf8)
    case 5: return Array("\(e)[\(x);\(y);\(x)M".utf8)
    case 6: return Array("\(e)[?\(x);\(y)c".utf8)
    case 7: return Array("\(e)[\(x + 1);\(y)R".utf8)
    case 8: return Array("\(e)[?\(x);2$y".utf8)
    case 9: return Array("\(e)]\(x);\(text)\(end())".utf8)
    case 10: return Array("\(e)P\(x)$r\(text)\(e)\\".utf8)
    case 11: return Array("\(e)\(flip() ? "_" : flip() ? "^" : "X")\(text)\(e)\\".utf8)
    case 12: return Array("\(e)[\(flip() ? "I" : "O")".utf8)
    default: return Array("\(e)[\(97 + x % 26);\(flip() ? 5 : 1):3u".utf8)
    }
  }

  private mutating func flip() -> Bool { Bool.random(using: &random) }

  private mutating func end() -> String { flip() ? "\u{7}" : "\u{1B}\\" }

  private mutating func hex() -> String {
    String((0..<4).map { _ in "0123456789abcdef".randomElement(using: &random) ?? "c" })
  }

  private mutating func letters() -> String {
    String(
      (0..<Int.random(in: 1...12, using: &random)).map { _ in
        "cCrRsxuqy:/é \t19]".randomElement(using: &random) ?? "c"
      }
    )
  }

  /// Much of what sequences are made of, and anything else.
  static func anyByte(using random: inout SeededGenerator) -> UInt8 {
    let pool =
      Array("\u{1B}\u{1B}\u{1B}[[]OP_M<?;;019~uAcqrxy\\\u{7}\u{3}\u{18}\r".utf8) + [
        0x9B, 0x9D, 0x9C,
      ]
    return Int.random(in: 0..<4, using: &random) == 0
      ? UInt8.random(in: 0...255, using: &random) : pool.randomElement(using: &random) ?? 0
  }

  static func anyDelay(using random: inout SeededGenerator) -> (before: Duration, Void) {
    let milliseconds = [0, 1, 10, 24, 30, 100, 900, 1_100, 2_900, 3_100, 12_000]
    return (.milliseconds(milliseconds.randomElement(using: &random) ?? 0), ())
  }
}

/// Every way in which the bytes so far may be read: bytes behind a sequence that was given up are its late
/// rest, if they complete it, or stand for themselves.
private struct ReferenceReadings {
  private var machines: [(machine: ReferenceMachine, typed: [Key])] = [(ReferenceMachine(), [])]
  private static let most = 64

  /// The keys that count by any reading; then time passes.
  mutating func read(_ bytes: [UInt8], after pause: Duration) -> [Key] {
    var next: [(machine: ReferenceMachine, typed: [Key])] = []
    for (machine, _) in machines {
      var readings = [machine]
      if bytes.count > 1, let resumed = machine.resumed { readings.append(resumed) }
      for var reading in readings {
        let typed = reading.read(bytes, after: pause)
        if !next.contains(where: { $0.machine == reading && $0.typed == typed }) {
          next.append((reading, typed))
        }
      }
    }
    machines = Array(next.prefix(Self.most))
    return machines.flatMap(\.typed)
  }

  /// Gives up the readings by which a key was not typed that was.
  mutating func keepThose(with keys: [Key]) {
    let fitting = machines.filter { Set(keys).isSubset(of: $0.typed) }
    if !fitting.isEmpty { machines = fitting }
  }
}

/// The keys that were typed, by a machine of states after the description of DEC's terminals: it reads
/// byte by byte, keeps none, and knows no sequence's meaning.
private struct ReferenceMachine: Equatable {
  private enum State: Equatable {
    case ground, escape, control, console, single
    case mouse(left: Int, inUTF8: Bool)
    case string(isCommand: Bool, isEightBit: Bool, hasEscape: Bool)
    case paste(matched: Int)
    case character(left: Int)
  }

  private var state = State.ground
  private var parameters: [UInt8] = []
  private var scalar: [UInt8] = []
  /// For how long nothing was whole.
  private var held = Duration.zero
  /// The state that was given up last, until something is read.
  private var ghost: State?
  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// This machine as if it had waited on: for the late rest of what it gave up.
  var resumed: ReferenceMachine? {
    guard state == .ground, let ghost else { return nil }
    var machine = self
    machine.state = ghost
    return machine
  }

  /// The keys of one read that count where the read has only one; then time passes.
  mutating func read(_ bytes: [UInt8], after pause: Duration) -> [Key] {
    var typed: [Key] = []
    if bytes == [0x03], state != .ground, state != .escape, !isPaste {
      state = .ground
    }
    ghost = nil
    for byte in bytes { step(byte, &typed) }
    let last = state
    settle(after: pause)
    if state != last { ghost = last }
    return typed
  }

  private var isPaste: Bool { if case .paste = state { true } else { false } }

  private mutating func settle(after pause: Duration) {
    held = state == .ground ? .zero : held + pause
    switch state {
    case .ground: break
    case .escape: if pause >= KeyDecoder.escapeDelay { state = .ground }
    case .paste: if pause >= .seconds(1) { state = .ground }
    default: if pause >= .seconds(3) || held >= KeyDecoder.longestHold { state = .ground }
    }
    if state == .ground { held = .zero }
  }

  private mutating func step(_ byte: UInt8, _ typed: inout [Key]) {
    switch state {
    case .ground: ground(byte, &typed)
    case .escape: escape(byte, &typed)
    case .control: control(byte, &typed)
    case .console, .single:
      if state == .single, (0x30...0x39).contains(byte) { return }
      state = .ground
      if byte < 0x20 || byte > 0x7E {
        if byte != 0x18, byte != 0x1A { ground(byte, &typed) }
      } else {
        // What the keypad writes is a key that was pressed.
        typed += [KeySequence.singleShift(byte)].compactMap { $0 }
      }
    case .mouse(let left, let inUTF8): mouse(byte, left, inUTF8, &typed)
    case .string(let isCommand, let isEightBit, let hasEscape):
      string(byte, isCommand, isEightBit, hasEscape, &typed)
    case .paste(let matched): paste(byte, matched)
    case .character(let left):
      guard follows(byte) else {
        state = .ground
        return ground(byte, &typed)
      }
      scalar.append(byte)
      state = left > 1 ? .character(left: left - 1) : .ground
      if left == 1, let text = String(validating: scalar, as: UTF8.self) {
        typed += text.map { .character($0) }
      }
    }
  }

  /// Whether a byte goes on with a character of UTF-8 (Unicode, table 3-7).
  private func follows(_ byte: UInt8) -> Bool {
    guard scalar.count == 1 else { return byte & 0xC0 == 0x80 }
    switch scalar[0] {
    case 0xE0: return (0xA0...0xBF).contains(byte)
    case 0xED: return (0x80...0x9F).contains(byte)
    case 0xF0: return (0x90...0xBF).contains(byte)
    case 0xF4: return (0x80...0x8F).contains(byte)
    default: return byte & 0xC0 == 0x80
    }
  }

  private mutating func ground(_ byte: UInt8, _ typed: inout [Key]) {
    switch byte {
    case 0x1B: state = .escape
    case 0x80..<0xA0: introduce(byte - 0x40, isEightBit: true)
    case 0xC2...0xF4:
      scalar = [byte]
      state = .character(left: byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1)
    case 0x0D: typed.append(.enter)
    case 0x00..<0x20:
      if byte != 0x08, byte != 0x09 {
        typed.append(.control(Character(Unicode.Scalar(byte | 0x40)).lowercased().first ?? "@"))
      }
    case 0x20..<0x7F: typed.append(.character(Character(Unicode.Scalar(byte))))
    default: break
    }
  }

  @discardableResult
  private mutating func introduce(_ letter: UInt8, isEightBit: Bool) -> Bool {
    parameters = []
    switch letter {
    case UInt8(ascii: "["): state = .control
    case UInt8(ascii: "O"): state = .single
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"),
      UInt8(ascii: "X"):
      let isCommand = letter == UInt8(ascii: "]")
      state = .string(isCommand: isCommand, isEightBit: isEightBit, hasEscape: false)
    default:
      state = .ground
      return false
    }
    return true
  }

  private mutating func escape(_ byte: UInt8, _ typed: inout [Key]) {
    if byte == 0x1B { return }
    if !introduce(byte, isEightBit: false) { ground(byte, &typed) }
  }

  private mutating func control(_ byte: UInt8, _ typed: inout [Key]) {
    switch byte {
    case 0x20...0x3F: parameters.append(byte)
    case UInt8(ascii: "[") where parameters.isEmpty: state = .console
    case UInt8(ascii: "M") where parameters.isEmpty: state = .mouse(left: 3, inUTF8: false)
    case 0x40...0x7E:
      state = .ground
      if byte == UInt8(ascii: "~"), parameters == Array("200".utf8) { state = .paste(matched: 0) }
      // A code may name any key; which one is for other tests.
      if let key = KeySequence.controlSequence(parameters[...], final: byte) {
        typed.append(key.key)
      }
    case 0x18, 0x1A: state = .ground
    default:
      state = .ground
      ground(byte, &typed)
    }
  }

  private mutating func mouse(_ byte: UInt8, _ left: Int, _ inUTF8: Bool, _ typed: inout [Key]) {
    if byte < 0x20, byte != 0 {
      state = .ground
      if byte != 0x18, byte != 0x1A { ground(byte, &typed) }
    } else if inUTF8, byte & 0xC0 == 0x80 {
      state = left > 0 ? .mouse(left: left, inUTF8: false) : .ground
    } else {
      let rest = left - 1
      let isLead = (0xC2...0xDF).contains(byte)
      // The last coordinate may have a second byte, or not.
      state = rest > 0 || isLead ? .mouse(left: rest, inUTF8: isLead) : .ground
      if left == 0 {
        state = .ground
        ground(byte, &typed)
      }
    }
  }

  private mutating func string(
    _ byte: UInt8,
    _ isCommand: Bool,
    _ isEightBit: Bool,
    _ hasEscape: Bool,
    _ typed: inout [Key]
  ) {
    if hasEscape {
      state = .ground
      if byte != UInt8(ascii: "\\") {
        state = .escape
        escape(byte, &typed)
      }
    } else if byte == 0x1B {
      state = .string(isCommand: isCommand, isEightBit: isEightBit, hasEscape: true)
    } else if byte == 0x18 || byte == 0x1A || isCommand && byte == 7 || isEightBit && byte == 0x9C {
      state = .ground
    }
  }

  private mutating func paste(_ byte: UInt8, _ matched: Int) {
    let next = byte == Self.pasteEnd[matched] ? matched + 1 : byte == 0x1B ? 1 : 0
    state = next == Self.pasteEnd.count ? .ground : .paste(matched: next)
  }
}

/// The keys of the terminals that terminfo knows here: of sixty of them, in the long form of all.
private enum TerminfoListing {
  static func terminals() throws -> [(name: String, keys: [String: [UInt8]])] {
    let names = try output(
      "for d in /lib/terminfo /usr/share/terminfo /etc/terminfo; do find -L $d -type f 2>/dev/null; done"
    )
    .split(separator: "\n").compactMap { $0.split(separator: "/").last.map(String.init) }
    let all = Set(names).filter { $0 != "README" }.sorted()
    let isLong = ProcessInfo.processInfo.environment["MEM0TOP_LONG"] != nil
    let step = isLong ? 1 : max(1, all.count / 60)
    return try stride(from: 0, to: all.count, by: step).map { all[$0] }.map { name in
      let lines = try output("infocmp -1 -x '\(name)' 2>/dev/null || true").split(separator: "\n")
      var keys: [String: [UInt8]] = [:]
      for line in lines {
        let text = line.trimmingCharacters(in: .whitespaces)
        guard text.hasPrefix("k"), let equal = text.firstIndex(of: "="), text.hasSuffix(",") else {
          continue
        }
        let value = text[text.index(after: equal)...].dropLast()
        keys[String(text[..<equal])] = bytes(String(value))
      }
      return (name, keys)
    }
  }

  /// Reads terminfo's notation: `\E`, `^H`, `\177`.
  private static func bytes(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let first = rest.popFirst() {
      switch first {
      case UInt8(ascii: "^"):
        let next = rest.popFirst() ?? 0
        result.append(next == UInt8(ascii: "?") ? 0x7F : next & 0x1F)
      case UInt8(ascii: "\\"):
        if let octal = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8),
          rest.count >= 3
        {
          result.append(octal)
          rest = rest.dropFirst(3)
        } else {
          let next = rest.popFirst() ?? 0
          let named: [UInt8: UInt8] = [
            UInt8(ascii: "E"): 0x1B, UInt8(ascii: "r"): 13, UInt8(ascii: "n"): 10,
            UInt8(ascii: "t"): 9, UInt8(ascii: "b"): 8, UInt8(ascii: "s"): 32,
          ]
          result.append(named[next] ?? next)
        }
      default: result.append(first)
      }
    }
    return result
  }

  private static func output(_ command: String) throws -> String {
    let process = Process()
    let pipe = Foundation.Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
