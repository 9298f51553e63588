internal import QueueEngine

/// What one item is sorted by, as a number: 100 000 of them are in order within a key press.
struct SortKey: Comparable {
  /// So many bytes of a text decide; more are not on the screen either.
  private static let bytesCompared = 64
  private static let bytesInValue = 8

  var value: UInt64
  /// The item's place in the file, which decides between equals.
  let index: Int

  static func < (left: SortKey, right: SortKey) -> Bool {
    left.value == right.value ? left.index < right.index : left.value < right.value
  }

  static func of(_ number: Int) -> UInt64 {
    UInt64(bitPattern: Int64(number)) ^ (1 << 63)
  }

  /// Earlier is less; every bit pattern of a time has its place, also one that is no number.
  static func of(_ time: Timestamp) -> UInt64 {
    let bits = time.secondsSinceEpoch.bitPattern
    return bits >> 63 == 1 ? ~bits : bits | (1 << 63)
  }

  /// A shorter age, so a later time, is less.
  static func ofAge(_ time: Timestamp) -> UInt64 { ~of(time) }

  /// The places of the texts that are not empty, in the order of their bytes, small letters as large.
  ///
  /// Eight bytes at a time: only those that are equal so far are compared further, which spares
  /// nearly every comparison of two strings.
  static func sorted(byTexts texts: [String]) -> [SortKey] {
    var keys = texts.indices.filter { !texts[$0].isEmpty }.map { SortKey(value: 0, index: $0) }
    var open = [(range: 0..<keys.count, offset: 0)]
    keys.withUnsafeMutableBufferPointer { keys in
      while let (range, offset) = open.popLast() {
        for place in range { keys[place].value = bytes(of: texts[keys[place].index], at: offset) }
        keys[range].sort()
        guard offset + bytesInValue < bytesCompared else { continue }
        for run in runs(of: keys[range]) { open.append((run, offset + bytesInValue)) }
      }
    }
    return keys
  }

  /// Where several texts are equal so far and go on.
  private static func runs(of keys: Slice<UnsafeMutableBufferPointer<SortKey>>) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = keys.startIndex
    while start < keys.endIndex {
      let value = keys[start].value
      var end = start + 1
      while end < keys.endIndex, keys[end].value == value { end += 1 }
      if end - start > 1, value & 0xFF != 0 { runs.append(start..<end) }
      start = end
    }
    return runs
  }

  /// Eight bytes of a text, the first one the most significant; zeros after its end.
  private static func bytes(of text: String, at offset: Int) -> UInt64 {
    var value: UInt64 = 0
    let read: (UnsafeBufferPointer<UInt8>) -> Void = { bytes in
      for place in offset..<offset + bytesInValue {
        value = value << 8 | (place < bytes.count ? UInt64(FoldedText.folded(bytes[place])) : 0)
      }
    }
    if text.utf8.withContiguousStorageIfAvailable(read) == nil {
      Array(text.utf8).withUnsafeBufferPointer(read)
    }
    return value
  }
}
