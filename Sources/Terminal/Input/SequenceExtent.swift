/// How far an escape sequence reaches, by its grammar alone: ECMA-48, and what xterm adds to it.
///
/// It knows every kind of sequence that a terminal can send and none of their meanings, so that a
/// sequence which nobody expects is taken whole all the same, and none of its letters is a key.
struct SequenceExtent: Equatable {
  /// The kinds, each with the bytes that say what it means.
  enum Kind: Equatable {
    /// `CSI parameters intermediates final`; `parameters` holds the intermediates, too.
    case control(parameters: Range<Int>, final: UInt8)
    /// `SS3 final`, as cursor keys and the keypad send it.
    case single(final: UInt8)
    /// `CSI [ final`, the function keys of the Linux console.
    case console(final: UInt8)
    /// OSC, DCS, APC, PM or SOS, by the 7-bit letter of its introducer, up to its end.
    case string(UInt8, content: Range<Int>)
    /// `CSI M` and three coordinates: a mouse report of X10, in bytes or in UTF-8.
    case mouse
  }

  enum State: Equatable {
    case whole
    /// More bytes are needed to tell where it ends.
    case torn
    /// It ended before its time, and means nothing.
    case broken
  }

  static let escape: UInt8 = 0x1B
  /// What follows an Esc at the beginning of an operating system command.
  static let systemCommand = UInt8(ascii: "]")
  /// What ends every sequence at once, and means nothing itself: CAN and SUB.
  private static let cancels: Set<UInt8> = [0x18, 0x1A]
  private static let bell: UInt8 = 0x07
  /// More parameters than this are none.
  private static let mostParameters = 256
  /// A longer string is none: it holds a copied text of the size that terminals take.
  private static let longestString = 1 << 17

  let state: State
  /// The bytes that it takes; those so far where it is torn.
  let length: Int
  let kind: Kind?

  private init(_ state: State, _ length: Int, _ kind: Kind? = nil) {
    self.state = state
    self.length = length
    self.kind = kind
  }

  /// Measures the sequence that the bytes begin with; `nil` where they begin none.
  ///
  /// An Esc with an ordinary character behind it is none: that is two keys, which tmux hands over as one.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let (introducer, length) = Self.introducer(of: bytes) else { return nil }
    let body = bytes.dropFirst(length)
    switch introducer {
    case UInt8(ascii: "["): self = Self.control(bytes, body)
    case UInt8(ascii: "O"): self = Self.single(bytes, body)
    default: self = Self.string(introducer, bytes, body, isEightBit: length == 1)
    }
  }

  /// The 7-bit letter of a sequence's introducer and the bytes that it takes.
  private static func introducer(of bytes: ArraySlice<UInt8>) -> (letter: UInt8, length: Int)? {
    guard let first = bytes.first else { return nil }
    if first == escape {
      guard let second = bytes.dropFirst().first, introducers.contains(second) else { return nil }
      return (second, 2)
    }
    // The same as one byte of the upper controls, which begins no character of UTF-8.
    guard (0x80..<0xA0).contains(first), introducers.contains(first - 0x40) else { return nil }
    return (first - 0x40, 1)
  }

  private static let introducers = Set("[O]P_^X".utf8)

  private static func control(_ bytes: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> Self {
    switch body.first {
    case UInt8(ascii: "["): return console(bytes, body.dropFirst())
    case UInt8(ascii: "M"): return mouse(bytes, body.dropFirst())
    default: break
    }
    guard let end = body.firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      return Self(body.count > mostParameters ? .broken : .torn, bytes.count)
    }
    let length = end - bytes.startIndex
    guard (0x40...0x7E).contains(bytes[end]) else { return broken(bytes, at: end) }
    return Self(
      .whole,
      length + 1,
      .control(parameters: body.startIndex..<end, final: bytes[end])
    )
  }

  private static func single(_ bytes: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> Self {
    // Some terminals put the modifier between the two.
    guard let end = body.firstIndex(where: { !(0x30...0x39).contains($0) }) else {
      return Self(body.count > mostParameters ? .broken : .torn, bytes.count)
    }
    guard (0x20...0x7E).contains(bytes[end]) else { return broken(bytes, at: end) }
    return Self(.whole, end - bytes.startIndex + 1, .single(final: bytes[end]))
  }

  private static func console(_ bytes: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> Self {
    guard let final = body.first else { return Self(.torn, bytes.count) }
    guard (0x20...0x7E).contains(final) else { return broken(bytes, at: body.startIndex) }
    return Self(.whole, body.startIndex - bytes.startIndex + 1, .console(final: final))
  }

  /// Three coordinates, each one byte, or two where they are UTF-8; 0 stands for one too large.
  private static func mouse(_ bytes: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> Self {
    let inUTF8 = coordinates(of: body, areUTF8: true)
    // Bytes that could be either are UTF-8, unless the next sequence begins where a coordinate should.
    let length = inUTF8 ?? coordinates(of: body, areUTF8: false)
    guard let length else {
      let end = body.firstIndex { $0 < 0x20 && $0 != 0 } ?? body.endIndex
      return broken(bytes, at: end)
    }
    let total = body.startIndex - bytes.startIndex + length.bytes
    return length.isWhole ? Self(.whole, total, .mouse) : Self(.torn, bytes.count)
  }

  /// How many bytes three coordinates take; `nil` where there is a control among them.
  private static func coordinates(
    of body: ArraySlice<UInt8>,
    areUTF8: Bool
  ) -> (bytes: Int, isWhole: Bool)? {
    var place = body.startIndex
    for _ in 0..<3 {
      guard place < body.endIndex else { return (body.count, false) }
      guard body[place] >= 0x20 || body[place] == 0 else { return nil }
      let isLead = areUTF8 && (0xC2...0xDF).contains(body[place])
      place += 1
      guard isLead else { continue }
      guard place < body.endIndex else { return (body.count, false) }
      if body[place] & 0xC0 == 0x80 { place += 1 }
    }
    return (place - body.startIndex, true)
  }

  private static func string(
    _ introducer: UInt8,
    _ bytes: ArraySlice<UInt8>,
    _ body: ArraySlice<UInt8>,
    isEightBit: Bool
  ) -> Self {
    let endsByBell = introducer == systemCommand
    for index in body.indices {
      let byte = bytes[index]
      let kind = Kind.string(introducer, content: body.startIndex..<index)
      if byte == escape {
        guard index + 1 < bytes.endIndex else { return Self(.torn, bytes.count) }
        guard bytes[index + 1] == UInt8(ascii: "\\") else { return broken(bytes, at: index) }
        return Self(.whole, index - bytes.startIndex + 2, kind)
      }
      if (endsByBell && byte == bell) || (isEightBit && byte == 0x9C) {
        return Self(.whole, index - bytes.startIndex + 1, kind)
      }
      if cancels.contains(byte) { return broken(bytes, at: index) }
    }
    return Self(bytes.count > longestString ? .broken : .torn, bytes.count)
  }

  /// Up to a byte that does not belong to it; one that cancels goes with it.
  private static func broken(_ bytes: ArraySlice<UInt8>, at end: Int) -> Self {
    let takesEnd = end < bytes.endIndex && cancels.contains(bytes[end])
    return Self(.broken, end - bytes.startIndex + (takesEnd ? 1 : 0))
  }
}
