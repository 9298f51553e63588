internal import Synchronization

/// The texts that nobody may see, of the whole process: the configured key above all.
///
/// Whatever is read from a file, a process or the network passes the `Scrubber` before it is shown or
/// kept, and there they go. So no place that shows a text need know of them.
enum ConcealedTexts {
  /// What stands in the place of each.
  static let mark = Array("(key)".utf8)
  /// Shorter ones would hide innocent words.
  static let leastBytes = 4
  /// From so much of it on the beginning of one is hidden where a text that was cut ends with it, or where
  /// that is most of it.
  ///
  /// Less of it would hide the end of an innocent id.
  private static let leastBeginning = 8

  private static let isAny = Atomic(false)
  private static let texts = Mutex<[[UInt8]]>([])

  /// Hides a text from now on, also as it stands between the quotes of JSON and TOML, and in an address.
  static func add(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= leastBytes else { return }
    let quotes = Array("\\\"".utf8)
    let slash = UInt8(ascii: "/")
    let forms = [
      bytes, escaping(quotes, in: bytes), escaping(quotes + [slash], in: bytes),
      encoding(bytes, "0123456789ABCDEF"), encoding(bytes, "0123456789abcdef"),
      encoding(bytes, "0123456789ABCDEF", apartFrom: slash),
    ]
    texts.withLock { texts in
      for form in forms where !texts.contains(form) { texts.append(form) }
      // One may hold another; the longer goes first.
      texts.sort { $0.count > $1.count }
    }
    isAny.store(true, ordering: .releasing)
  }

  /// As it stands in an address: `%2F` for a slash.
  private static func encoding(
    _ bytes: [UInt8],
    _ digits: String,
    apartFrom plain: UInt8? = nil
  ) -> [UInt8] {
    let digits = Array(digits.utf8)
    return bytes.flatMap { byte in
      isPlainInAddress(byte) || byte == plain
        ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  private static func isPlainInAddress(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func escaping(_ marks: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { marks.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
  }

  /// The bytes without any of them; `nil` where none is there.
  static func concealing(_ bytes: some Collection<UInt8>) -> [UInt8]? {
    guard isAny.load(ordering: .acquiring) else { return nil }
    var current: [UInt8]?
    for text in texts.withLock(\.self) {
      let source = current ?? Array(bytes)
      if let replaced = replacing(text, in: source) { current = replaced }
    }
    return current
  }

  private static func replacing(_ text: [UInt8], in source: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var copied = 0
    var place = 0
    while place < source.count {
      guard let next = source[place...].firstIndex(of: text[0]) else { break }
      guard let end = end(of: text, in: source, from: next) else {
        place = next + 1
        continue
      }
      result += source[copied..<next] + mark
      copied = end
      place = copied
    }
    return copied == 0 ? nil : result + source[copied...]
  }

  /// Where a text that begins at `start` ends; `nil` where too little of it stands there.
  ///
  /// Somebody may have wrapped it, or put something between that is not seen, and may have cut its end off.
  private static func end(of text: [UInt8], in source: [UInt8], from start: Int) -> Int? {
    var (matched, place, end) = (0, start, start)
    while matched < text.count, place < source.count {
      if source[place] == text[matched] {
        (matched, place) = (matched + 1, place + 1)
        end = place
      } else if matched >= leastBeginning, let length = invisible(source[place...]) {
        place += length
      } else {
        break
      }
    }
    if matched == text.count { return end }
    let isMost = matched * 4 >= text.count * 3
    return matched >= leastBeginning && (isMost || place == source.count) ? end : nil
  }

  /// How many bytes at the beginning are a blank, a line's end or a character without a shape.
  private static func invisible(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first else { return nil }
    if first <= UInt8(ascii: " ") { return 1 }
    let shapeless = [
      "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\u{FE0F}",
    ]
    return first < 0x80 ? nil : shapeless.first { bytes.starts(with: $0.utf8) }?.utf8.count
  }
}
