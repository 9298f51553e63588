internal import Dashboard

/// Turns the bytes that a terminal sends, and when it sent them, into keys and pasted text.
///
/// It is a value without a clock: each read comes with its time, and `deadline` says when to ask again.
/// Its rules are those of `docs/contract.md`: a sequence is taken whole or thrown away whole, and what
/// is no key press never is one. It does not use curses, which knows neither the times nor the end of
/// the input, and would hand a sequence that it does not know over letter by letter.
struct KeyDecoder {
  enum Input: Equatable {
    case key(Key)
    /// A key that came together with other bytes, as those of a paste without marks do.
    case crowdedKey(Key)
    case paste(String)
    /// The terminal has told of its background.
    case background(Theme.Background)
    case mouse(MouseEvent)
    /// The terminal got the focus, or lost it.
    case focus(Bool)
  }

  typealias Instant = ContinuousClock.Instant

  /// What pending bytes are that begin with those of a sequence which was given up before.
  private enum Late {
    /// As long as they fit it, the answer that the terminal owes us.
    case answer
    /// The rest of a sequence, which means nothing any more.
    case rest
  }

  /// Longer pastes are cut here.
  static let longestPaste = 1 << 20
  /// How long the rest of a sequence may take before a lone Esc is the key; `ESCDELAY` says otherwise.
  static let escapeDelay = Duration.milliseconds(25)
  /// How long a torn sequence is held after its last byte.
  static let timeout = Duration.seconds(3)
  /// Nothing is held for longer, whatever is typed into it.
  static let longestHold = Duration.seconds(10)
  /// A paste that stands still for so long has lost its end.
  static let pasteTimeout = Duration.seconds(1)
  /// How long the rest of a sequence that was given up is known for what it is.
  private static let memory = Duration.seconds(30)
  /// Nobody types two keys within less.
  private static let fastest = Duration.milliseconds(5)
  private static let mouseStart = Array("\u{1B}[M".utf8)

  private let keys: TerminfoKeys
  private let escapeDelay: Duration
  private var pending: [UInt8] = []
  private var pasted: [UInt8]?
  private var lastByteAt: Instant?
  /// When the first of the pending bytes came.
  private var heldSince: Instant?
  private var late: Late?
  /// What was given up last, of which the rest may still come.
  private var ghost: (bytes: [UInt8], since: Instant)?
  /// Until when the terminal may answer what it was asked.
  private var answerEnd: Instant?
  /// Whether the last read had anything in it that makes a crowd of the next, if that comes at once.
  private var wasCrowd = false

  init(keys: TerminfoKeys = TerminfoKeys(), escapeDelay: Duration = Self.escapeDelay) {
    self.keys = keys
    self.escapeDelay = escapeDelay
  }

  /// Tells it that the terminal was asked for its background.
  mutating func expectAnswer(at now: Instant) {
    answerEnd = now + BackgroundAnswer.timeout
  }

  /// Whether it holds bytes that may be the beginning of something longer.
  var isWaiting: Bool { deadline != nil }

  /// When `expire` is to be called, if nothing comes before.
  var deadline: Instant? {
    guard let lastByteAt else { return nil }
    if pasted != nil { return lastByteAt + Self.pasteTimeout }
    guard !pending.isEmpty else { return nil }
    if pending == [SequenceExtent.escape] { return lastByteAt + escapeDelay }
    return min(lastByteAt + Self.timeout, (heldSince ?? lastByteAt) + Self.longestHold)
  }

  /// Decodes what one read has brought, and keeps the rest.
  mutating func decode(_ bytes: some Sequence<UInt8>, at now: Instant) -> [Input] {
    var inputs = expire(at: now)
    let bytes = Array(bytes)
    guard !bytes.isEmpty else { return inputs }
    var crowd = Crowd(isBegun: wasCrowd && (lastByteAt.map { $0 + Self.fastest > now } ?? false))
    if isInterrupted(by: bytes) { drop(at: now) }
    recallGhost(for: bytes, at: now)
    lastByteAt = now
    if pending.isEmpty || late != nil && heldSince == nil { heldSince = now }
    pending += bytes
    drain(&crowd)
    if pending.isEmpty { heldSince = nil }
    wasCrowd = crowd.isCrowd
    inputs += crowd.inputs
    return inputs
  }

  /// Gives up what has waited too long: a lone Esc is the key, a torn sequence is dropped.
  mutating func expire(at now: Instant) -> [Input] {
    guard let deadline, let lastByteAt, deadline <= now else { return [] }
    if let text = pasted {
      pasted = nil
      // What is pending is the beginning of its end.
      if pending == [SequenceExtent.escape] { drop(at: lastByteAt) }
      return [.paste(Self.string(text))] + expire(at: now)
    }
    let isBracket = late == .answer && pending.count == 2
    let isEscape = pending == [SequenceExtent.escape]
    drop(at: lastByteAt)
    if isBracket { return [.key(.character("]"))] }
    return isEscape ? [.key(.escape)] : []
  }

  private mutating func drop(at moment: Instant) {
    // A report of the mouse that could have gone on in UTF-8 was one of X10, and whole.
    let isReport =
      pending.starts(with: Self.mouseStart) && pending.count >= Self.mouseStart.count + 3
    ghost = pending.isEmpty || isReport ? nil : (pending, moment)
    pending = []
    late = nil
    heldSince = nil
  }

  /// Whether a Ctrl-C frees the keyboard from a sequence without an end; in a paste it is text.
  private func isInterrupted(by bytes: [UInt8]) -> Bool {
    bytes == [0x03] && pasted == nil && pending.count > 1
  }

  /// Puts what was given up before the bytes that are its late rest.
  private mutating func recallGhost(for bytes: [UInt8], at now: Instant) {
    guard pending.isEmpty, pasted == nil, let (given, since) = ghost else { return }
    ghost = nil
    guard since + Self.memory > now else { return }
    if given == [SequenceExtent.escape] {
      let mayAnswer = answerEnd.map { now < $0 } ?? false
      if mayAnswer, BackgroundAnswer.isBegun(in: bytes[...]) {
        late = .answer
      } else if since + Self.timeout >= now, Self.isSequence(bytes) {
        late = .rest
      }
    } else if bytes.count > 1, let extent = SequenceExtent((given + bytes)[...]),
      extent.state == .whole, extent.length > given.count
    {
      late = .rest
    }
    if late != nil { pending = given }
  }

  /// Whether bytes that came at once after a lone Esc are the rest of a sequence, not keys.
  private static func isSequence(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 1 else { return false }
    let second = bytes[1]
    switch bytes[0] {
    case UInt8(ascii: "["):
      return (0x30...0x3F).contains(second) || (0x41...0x5A).contains(second)
    case UInt8(ascii: "O"): return (0x41...0x5A).contains(second)
    case SequenceExtent.systemCommand, UInt8(ascii: "P"): return isAnswerStart(second)
    case UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
      return SequenceExtent(([SequenceExtent.escape] + bytes)[...])?.state == .whole
    default: return false
    }
  }

  /// Whether a terminal's answer or report may begin with this, behind its introducer.
  private static func isAnswerStart(_ byte: UInt8) -> Bool {
    (0x20...0x3F).contains(byte) || [UInt8(ascii: "l"), UInt8(ascii: "L")].contains(byte)
  }
}

/// Taking what is pending apart.
extension KeyDecoder {
  /// What one read has in it, and whether any of it makes a crowd of its keys.
  private struct Crowd {
    let isBegun: Bool
    private(set) var inputs: [Input] = []
    private var typedCount = 0
    private var hasNoise = false

    init(isBegun: Bool) { self.isBegun = isBegun }

    var isCrowd: Bool { isBegun || hasNoise || typedCount > 0 }
    private var isCrowded: Bool { isBegun || hasNoise || typedCount > 1 }

    mutating func addNoise(_ input: Input? = nil) {
      hasNoise = true
      if let input { inputs.append(input) }
      settle()
    }

    mutating func addTyped(_ key: Key) {
      typedCount += 1
      inputs.append(.key(key))
      settle()
    }

    mutating func addSent(_ typed: TypedKey) {
      if typed.hasAlt {
        inputs += [.key(.escape), .crowdedKey(typed.key)]
      } else {
        inputs.append(.key(typed.key))
      }
      settle()
    }

    /// Marks all keys so far once there is a crowd.
    private mutating func settle() {
      guard isCrowded else { return }
      inputs = inputs.map {
        if case .key(let key) = $0, key != .escape { .crowdedKey(key) } else { $0 }
      }
    }
  }

  private mutating func drain(_ crowd: inout Crowd) {
    var rest = pending[...]
    while !rest.isEmpty {
      if pasted != nil {
        guard let paste = takePaste(&rest) else { break }
        crowd.addNoise(.paste(paste))
        continue
      }
      if late == .answer, !BackgroundAnswer.isBegun(in: rest.dropFirst()) {
        // The Esc was the key, and these are keys in a crowd.
        late = nil
        crowd.addNoise()
        rest = rest.dropFirst()
        continue
      }
      guard let token = InputToken(prefixOf: rest, keys) else { break }
      rest = rest.dropFirst(token.length)
      take(token.meaning, &crowd)
      late = nil
    }
    pending = Array(rest)
  }

  private mutating func take(_ meaning: InputToken.Meaning, _ crowd: inout Crowd) {
    switch meaning {
    case .typed(let key): crowd.addTyped(key)
    case .sent(let typed) where late == nil: crowd.addSent(typed)
    case .background(let background):
      answerEnd = nil
      crowd.addNoise(.background(background))
    case .mouse(let event) where late == nil: crowd.addNoise(.mouse(event))
    case .focus(let isOn): crowd.addNoise(.focus(isOn))
    case .pasteStart:
      pasted = []
      crowd.addNoise()
    case .sent, .mouse, .nothing: crowd.addNoise()
    }
  }

  /// Moves pasted bytes out of `rest`; `nil` while the end of the paste has not come.
  private mutating func takePaste(_ rest: inout ArraySlice<UInt8>) -> String? {
    while let start = rest.firstIndex(of: SequenceExtent.escape) {
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
