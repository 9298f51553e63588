internal import Dashboard

/// The first thing in a run of input bytes: a character, a control, or an escape sequence.
///
/// The sequences are those of ECMA-48 and of xterm, which tmux, screen, the Linux console, rxvt and
/// macOS send as well. A modifier (`1;5`) is dropped; Alt, which puts an Esc before a key, makes the
/// key mean nothing, so that nothing happens that was not asked for.
struct KeyToken: Equatable {
  enum Meaning: Equatable {
    case key(Key)
    case pasteStart
    case background(Theme.Background)
    case nothing
  }

  static let escape: UInt8 = 0x1B
  /// What follows an Esc at the beginning of an operating system command.
  static let systemCommand = UInt8(ascii: "]")

  /// A sequence longer than this is no sequence.
  private static let longestSequence = 64
  /// The same for what a terminal answers.
  private static let longestString = 256

  let length: Int
  let meaning: Meaning

  private init(_ length: Int, _ meaning: Meaning) {
    self.length = length
    self.meaning = meaning
  }

  /// Reads the first token; `nil` where more bytes are needed to tell.
  init?(prefixOf bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first else { return nil }
    let token =
      first == Self.escape
      ? Self.escaped(bytes) : first < 0x80 ? Self(1, Self.plain(first)) : Self.scalar(bytes)
    guard let token else { return nil }
    self = token
  }

  /// Reads a sequence whose Esc came so long before the rest that it is gone.
  init?(withoutEscape bytes: ArraySlice<UInt8>) {
    guard let whole = Self(prefixOf: [Self.escape] + bytes) else { return nil }
    self.init(whole.length - 1, whole.meaning)
  }

  private static func plain(_ byte: UInt8) -> Meaning {
    switch byte {
    case 0x0D: .key(.enter)
    case 0x09: .key(.tab)
    case 0x08, 0x7F: .key(.backspace)
    case 0x00...0x1F:
      .key(.control(Character(Unicode.Scalar(byte | 0x40)).lowercased().first ?? "@"))
    default: .key(.character(Character(Unicode.Scalar(byte))))
    }
  }

  /// A character of more than one byte; what is not UTF-8 is dropped byte by byte.
  private static func scalar(_ bytes: ArraySlice<UInt8>) -> Self? {
    let length = bytes.first.map { $0 >= 0xF0 ? 4 : $0 >= 0xE0 ? 3 : $0 >= 0xC2 ? 2 : 1 } ?? 1
    let candidate = bytes.prefix(length)
    guard candidate.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return Self(1, .nothing) }
    guard candidate.count == length else { return nil }
    guard let text = String(validating: candidate, as: UTF8.self), let character = text.first,
      text.unicodeScalars.first?.properties.generalCategory != .control
    else { return Self(length, .nothing) }
    return Self(length, .key(.character(character)))
  }

  private static func escaped(_ bytes: ArraySlice<UInt8>) -> Self? {
    guard let second = bytes.dropFirst().first else { return nil }
    switch second {
    case UInt8(ascii: "["): return controlSequence(bytes)
    case UInt8(ascii: "O"):
      guard let final = bytes.dropFirst(2).first else { return nil }
      return Self(3, KeySequence.applicationMode(final).map(Meaning.key) ?? .nothing)
    case systemCommand, UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
      return controlString(bytes)
    case escape:
      return Self(1, .key(.escape))
    default:
      guard let altered = KeyToken(prefixOf: bytes.dropFirst()) else { return nil }
      return Self(1 + altered.length, .nothing)
    }
  }

  /// `ESC [ parameters final`, and the Linux console's `ESC [ [ A` to `E`.
  private static func controlSequence(_ bytes: ArraySlice<UInt8>) -> Self? {
    let body = bytes.dropFirst(2)
    if body.first == UInt8(ascii: "[") {
      guard let final = body.dropFirst().first else { return nil }
      let number = Int(final) - Int(UInt8(ascii: "A")) + 1
      return Self(4, (1...5).contains(number) ? .key(.function(number)) : .nothing)
    }
    guard let end = body.firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      return body.count > longestSequence ? Self(bytes.count, .nothing) : nil
    }
    guard (0x40...0x7E).contains(bytes[end]) else { return Self(end - bytes.startIndex, .nothing) }
    let length = end - bytes.startIndex + 1
    let parameters = String(decoding: bytes[body.startIndex..<end], as: UTF8.self)
    if bytes[end] == UInt8(ascii: "~"), parameters == "200" { return Self(length, .pasteStart) }
    let key = KeySequence.controlSequence(parameters: parameters, final: bytes[end])
    return Self(length, key.map(Meaning.key) ?? .nothing)
  }

  /// What a terminal answers to a question; it ends with BEL or `ESC \`.
  private static func controlString(_ bytes: ArraySlice<UInt8>) -> Self? {
    for index in bytes.indices.dropFirst(2) {
      let isClosed = bytes[index] == UInt8(ascii: "\\") && bytes[index - 1] == escape
      guard isClosed || bytes[index] == 0x07 else { continue }
      let content = bytes[(bytes.startIndex + 2)..<(isClosed ? index - 1 : index)]
      let isAnswer = bytes[bytes.startIndex + 1] == systemCommand
      let background = isAnswer ? BackgroundAnswer.background(in: content) : nil
      return Self(index - bytes.startIndex + 1, background.map(Meaning.background) ?? .nothing)
    }
    return bytes.count > longestString ? Self(bytes.count, .nothing) : nil
  }
}
