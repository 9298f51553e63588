internal import Dashboard

/// A key that the terminal names by its code: `CSI code ; modifiers u` as kitty and others send it, and
/// xterm's `CSI 27 ; modifiers ; code ~` (modifyOtherKeys).
///
/// We ask for neither, but a program before us may have left it on.
struct CodedKey {
  private struct Modifiers: OptionSet {
    let rawValue: Int
    static let shift = Modifiers(rawValue: 1)
    static let alt = Modifiers(rawValue: 2)
    static let control = Modifiers(rawValue: 4)
    /// Super, Hyper and Meta: what is typed with them is meant for somebody else.
    static let foreign = Modifiers(rawValue: 8 | 16 | 32)

    /// As terminals send them, plus one; left out, there are none.
    init(sent: Int?) { rawValue = max((sent ?? 1) - 1, 0) }

    init(rawValue: Int) { self.rawValue = rawValue }
  }

  /// The key; `nil` where it is none of ours, or was let go.
  let key: TypedKey?

  /// Reads the parameters before `u`: `code:shifted:base ; modifiers:event ; text`.
  init?(_ parameters: ArraySlice<UInt8>) {
    guard let fields = ParameterFields(parameters), let code = fields[0] else { return nil }
    guard !fields.isRelease(at: 1) else { return nil }
    let text = fields.parts(of: 2)
    key = Self.key(
      code,
      shifted: fields.part(1, of: 0),
      text: text.count == 1 ? text[0] : nil,
      Modifiers(sent: fields[1])
    )
  }

  /// Reads the parameters before `~`; `nil` where they are not those of modifyOtherKeys.
  init?(modifyingOtherKeys parameters: ArraySlice<UInt8>) {
    guard let fields = ParameterFields(parameters), fields.count == 3, fields[0] == 27,
      let code = fields[2]
    else { return nil }
    key = Self.key(code, shifted: code, text: nil, Modifiers(sent: fields[1]))
  }

  private static func key(
    _ code: Int,
    shifted: Int?,
    text: Int?,
    _ modifiers: Modifiers
  ) -> TypedKey? {
    guard modifiers.isDisjoint(with: .foreign) else { return nil }
    let hasAlt = modifiers.contains(.alt)
    if let named = named(code, modifiers) { return TypedKey(named, hasAlt: hasAlt) }
    guard let plain = character(code) else { return nil }
    if modifiers.contains(.control) {
      guard plain.isASCII, let letter = plain.lowercased().first else { return nil }
      return TypedKey(.control(letter), hasAlt: hasAlt)
    }
    guard modifiers.contains(.shift) else { return TypedKey(.character(plain), hasAlt: hasAlt) }
    // What Shift makes of a key depends on the keyboard: only of a letter is it known.
    let told = (text ?? shifted).flatMap(character)
    let upper = plain.isLetter ? plain.uppercased().first : nil
    return (told ?? upper).map { TypedKey(.character($0), hasAlt: hasAlt) }
  }

  private static func character(_ code: Int) -> Character? {
    guard (0x20..<0x110000).contains(code), !(0x7F..<0xA0).contains(code),
      !(0xE000...0xF8FF).contains(code)
    else { return nil }
    return UInt32(exactly: code).flatMap(Unicode.Scalar.init).map(Character.init)
  }

  /// The keys that write nothing; kitty's numbers for the keypad lie in the private area of Unicode.
  private static func named(_ code: Int, _ modifiers: Modifiers) -> Key? {
    switch code {
    case 9: modifiers.contains(.shift) ? .backTab : .tab
    case 13, 57414: .enter
    case 27: .escape
    case 8, 127: .backspace
    case 57399...57408: .character(Character("\(code - 57399)"))
    case 57409: .character(".")
    case 57410: .character("/")
    case 57411: .character("*")
    case 57412: .character("-")
    case 57413: .character("+")
    case 57415: .character("=")
    case 57417: .left
    case 57418: .right
    case 57419: .up
    case 57420: .down
    case 57421: .pageUp
    case 57422: .pageDown
    case 57423: .home
    case 57424: .end
    case 57426: .delete
    default: nil
    }
  }
}
