internal import Dashboard

/// The first thing in a run of input bytes: a character, a control, or a sequence.
struct InputToken: Equatable {
  enum Meaning: Equatable {
    /// A byte or a character as it is typed, or as a paste without marks has it.
    case typed(Key)
    /// A key that the terminal sent as a sequence.
    case sent(TypedKey)
    case pasteStart
    case background(Theme.Background)
    case mouse(MouseEvent)
    case focus(Bool)
    case nothing
  }

  let length: Int
  let meaning: Meaning

  private init(_ length: Int, _ meaning: Meaning) {
    self.length = length
    self.meaning = meaning
  }

  /// Reads the first token; `nil` where more bytes are needed to tell.
  init?(prefixOf bytes: ArraySlice<UInt8>, _ keys: TerminfoKeys) {
    guard let first = bytes.first else { return nil }
    switch keys.match(bytes) {
    case .key(let key, let length): self.init(length, key.map { .sent(TypedKey($0)) } ?? .nothing)
    case .torn where first != SequenceExtent.escape || bytes.count > 1: return nil
    case .torn, .none:
      if let extent = SequenceExtent(bytes) {
        guard extent.state != .torn else { return nil }
        self.init(extent.length, Self.meaning(of: extent, in: bytes))
      } else if first == SequenceExtent.escape {
        // The last byte may be the beginning of anything.
        guard bytes.count > 1 else { return nil }
        self.init(1, .typed(.escape))
      } else if first < 0x80 {
        self.init(1, .typed(Self.plain(first)))
      } else {
        guard let token = Self.scalar(bytes) else { return nil }
        self = token
      }
    }
  }

  private static func meaning(of extent: SequenceExtent, in bytes: ArraySlice<UInt8>) -> Meaning {
    switch extent.kind {
    case .control(let range, let final): return control(bytes[range], final: final)
    case .single(let final):
      return KeySequence.singleShift(final).map { .sent(TypedKey($0)) } ?? .nothing
    case .console(let final):
      return KeySequence.console(final).map { .sent(TypedKey($0)) } ?? .nothing
    case .string(SequenceExtent.systemCommand, let content):
      return BackgroundAnswer.background(in: bytes[content]).map(Meaning.background) ?? .nothing
    case .string, .mouse, nil: return .nothing
    }
  }

  private static func control(_ parameters: ArraySlice<UInt8>, final: UInt8) -> Meaning {
    if let event = MouseReport.event(parameters, final: final) { return .mouse(event) }
    switch final {
    case UInt8(ascii: "I") where parameters.isEmpty: return .focus(true)
    case UInt8(ascii: "O") where parameters.isEmpty: return .focus(false)
    case UInt8(ascii: "~") where parameters.elementsEqual("200".utf8): return .pasteStart
    default: break
    }
    return KeySequence.controlSequence(parameters, final: final).map(Meaning.sent) ?? .nothing
  }

  private static func plain(_ byte: UInt8) -> Key {
    switch byte {
    case 0x0D: .enter
    case 0x09: .tab
    case 0x08, 0x7F: .backspace
    case 0x00...0x1F:
      .control(Character(Unicode.Scalar(byte | 0x40)).lowercased().first ?? "@")
    default: .character(Character(Unicode.Scalar(byte)))
    }
  }

  /// A character of more than one byte; of what is not UTF-8 the part that began like a character is dropped.
  private static func scalar(_ bytes: ArraySlice<UInt8>) -> Self? {
    guard let first = bytes.first, (0xC2...0xF4).contains(first) else { return Self(1, .nothing) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    let candidate = bytes.prefix(length)
    for (place, byte) in candidate.enumerated().dropFirst()
    where !continuations(of: first, at: place).contains(byte) {
      return Self(place, .nothing)
    }
    guard candidate.count == length else { return nil }
    guard let text = String(validating: candidate, as: UTF8.self), let character = text.first,
      text.unicodeScalars.first?.properties.generalCategory != .control
    else { return Self(length, .nothing) }
    return Self(length, .typed(.character(character)))
  }

  /// The bytes that may stand at a place of a character that begins so (Unicode, table 3-7).
  private static func continuations(of first: UInt8, at place: Int) -> ClosedRange<UInt8> {
    switch (first, place) {
    case (0xE0, 1): 0xA0...0xBF
    case (0xED, 1): 0x80...0x9F
    case (0xF0, 1): 0x90...0xBF
    case (0xF4, 1): 0x80...0x8F
    default: 0x80...0xBF
    }
  }
}
