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
  /// From so much of it on the beginning of one is hidden where a text that was cut ends with it.
  ///
  /// Less of it would hide the end of an innocent id.
  private static let leastBeginning = 8

  private static let isAny = Atomic(false)
  private static let texts = Mutex<[[UInt8]]>([])

  /// Hides a text from now on, also as it stands between the quotes of JSON and TOML.
  static func add(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= leastBytes else { return }
    let quotes = [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
    let forms = [
      bytes, escaping(quotes, in: bytes), escaping(quotes + [UInt8(ascii: "/")], in: bytes),
    ]
    texts.withLock { texts in
      for form in forms where !texts.contains(form) { texts.append(form) }
      // One may hold another; the longer goes first.
      texts.sort { $0.count > $1.count }
    }
    isAny.store(true, ordering: .releasing)
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
      let rest = source[next...].prefix(text.count)
      guard rest.count >= min(text.count, leastBeginning), text.starts(with: rest) else {
        place = next + 1
        continue
      }
      result += source[copied..<next] + mark
      copied = next + rest.count
      place = copied
    }
    return copied == 0 ? nil : result + source[copied...]
  }
}
