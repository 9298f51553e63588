internal import Dashboard

/// Turns the bytes that a terminal sends into keys and pasted text.
///
/// It does not use curses for that: the end of input stays visible, a lone Esc waits 25 ms and not
/// curses' second, and what terminfo leaves out (bracketed paste, Shift with arrows) is known.
struct KeyDecoder {
  enum Input: Equatable {
    case key(Key)
    case paste(String)
    /// The terminal has told of its background.
    case background(Theme.Background)
  }

  /// Longer pastes are cut here.
  static let longestPaste = 1 << 20

  /// How long the rest of an escape sequence may take before a lone Esc is the key.
  static let patience = Duration.milliseconds(25)

  /// Whether the terminal was asked for something and has not answered.
  var expectsAnswer = false
  private var pending: [UInt8] = []
  private var pasted: [UInt8]?

  /// Whether the bytes so far may be the beginning of something longer; ask `giveUp` after `patience`.
  var isWaiting: Bool { !pending.isEmpty && pasted == nil }

  /// Whether it waits for the rest of an answer that was asked for: half of one would be taken for keys.
  var isInAnswer: Bool {
    expectsAnswer && BackgroundAnswer.isBegun(in: pending.drop { $0 == KeyToken.escape })
  }

  /// Decodes what can be decoded and keeps the rest.
  mutating func decode(_ bytes: some Sequence<UInt8>) -> [Input] {
    pending += bytes
    var inputs: [Input] = []
    var rest = pending[...]
    while !rest.isEmpty {
      if pasted != nil {
        guard let paste = takePaste(&rest) else { break }
        inputs.append(.paste(paste))
        continue
      }
      guard let token = token(at: rest) else { break }
      rest = rest.dropFirst(token.length)
      switch token.meaning {
      case .key(let key): inputs.append(.key(key))
      case .pasteStart: pasted = []
      case .background(let background):
        expectsAnswer = false
        inputs.append(.background(background))
      case .nothing: break
      }
    }
    pending = Array(rest)
    return inputs
  }

  /// Takes what is pending as it is: a lone Esc is the key, a torn sequence is dropped.
  mutating func giveUp() -> [Input] {
    guard isWaiting else { return [] }
    defer { pending = [] }
    switch pending {
    case [KeyToken.escape]: return [.key(.escape)]
    case [KeyToken.systemCommand]: return [.key(.character("]"))]
    default: return []
    }
  }

  /// The first token; an answer that was asked for is one without its Esc too, given up as the key.
  private func token(at bytes: ArraySlice<UInt8>) -> KeyToken? {
    expectsAnswer && BackgroundAnswer.isBegun(in: bytes)
      ? KeyToken(withoutEscape: bytes) : KeyToken(prefixOf: bytes)
  }

  /// Moves pasted bytes out of `rest`; `nil` while the end of the paste has not come.
  private mutating func takePaste(_ rest: inout ArraySlice<UInt8>) -> String? {
    while let start = rest.firstIndex(of: KeyToken.escape) {
      keep(rest[..<start])
      rest = rest[start...]
      if rest.starts(with: Self.pasteEnd) {
        rest = rest.dropFirst(Self.pasteEnd.count)
        defer { pasted = nil }
        return pasted.map(Self.string)
      }
      if Self.pasteEnd.starts(with: rest) { return nil }
      keep(rest.prefix(1))
      rest = rest.dropFirst()
    }
    keep(rest)
    rest = []
    return nil
  }

  /// Keeps pasted bytes, as many as there is room for.
  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    let room = Self.longestPaste - (pasted?.count ?? 0)
    pasted?.append(contentsOf: bytes.prefix(room))
  }

  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// The pasted text with the line ends that a terminal sends (CR) made those of text.
  private static func string(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var previous: UInt8 = 0
    for byte in bytes {
      if byte != 0x0A || previous != 0x0D { text.append(byte == 0x0D ? 0x0A : byte) }
      previous = byte
    }
    return String(decoding: text, as: UTF8.self)
  }
}
