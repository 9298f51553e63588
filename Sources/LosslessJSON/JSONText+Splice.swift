/// New bytes for a range of a text.
package struct JSONReplacement: Hashable, Sendable {
  /// The bytes that go.
  package var range: Range<Int>
  /// The bytes that take their place.
  package var bytes: [UInt8]

  /// Makes a replacement; an empty range inserts, empty bytes remove.
  package init(_ range: Range<Int>, with bytes: [UInt8]) {
    self.range = range
    self.bytes = bytes
  }
}

extension JSONText {
  /// The text with some ranges replaced and every other byte as it was.
  ///
  /// - Returns: `nil` where a range lies outside the text, or two overlap or are out of order.
  package func replacing(_ replacements: [JSONReplacement]) -> JSONText? {
    var result = bytes
    return result.replace(replacements) ? JSONText(result) : nil
  }
}

extension [UInt8] {
  /// Replaces some ranges and leaves every other byte as it was; `false`, and nothing is changed, where
  /// a range lies outside, or two overlap or are out of order.
  ///
  /// Where nothing moves towards the end it happens in place: a text may have 60 MB.
  package mutating func replace(_ replacements: [JSONReplacement]) -> Bool {
    replace(count: replacements.count) { replacements[$0] }
  }

  /// Replaces some ranges, as above; each is asked for by its index, more than once, and need not be kept.
  package mutating func replace(
    count replacementCount: Int,
    by replacement: (_ index: Int) -> JSONReplacement
  ) -> Bool {
    var (position, growth, mostGrowth) = (0, 0, 0)
    for index in 0..<replacementCount {
      let next = replacement(index)
      guard position <= next.range.lowerBound, next.range.upperBound <= count else { return false }
      position = next.range.upperBound
      growth += next.bytes.count - next.range.count
      mostGrowth = Swift.max(mostGrowth, growth)
    }
    if mostGrowth > 0 {
      var result: [UInt8] = []
      result.reserveCapacity(count + growth)
      position = 0
      for index in 0..<replacementCount {
        let next = replacement(index)
        result += self[position..<next.range.lowerBound]
        result += next.bytes
        position = next.range.upperBound
      }
      result += self[position...]
      self = result
    } else {
      closeUp(replacementCount, replacement)
      removeLast(-growth)
    }
    return true
  }

  /// Moves what stays towards the start, over what goes.
  private mutating func closeUp(_ count: Int, _ replacement: (_ index: Int) -> JSONReplacement) {
    withUnsafeMutableBytes { text in
      var (read, write) = (0, 0)
      func keep(upTo end: Int) {
        let kept = UnsafeRawBufferPointer(rebasing: text[read..<end])
        UnsafeMutableRawBufferPointer(rebasing: text[write...]).copyMemory(from: kept)
        write += kept.count
      }
      for index in 0..<count {
        let next = replacement(index)
        keep(upTo: next.range.lowerBound)
        next.bytes.withUnsafeBytes { new in
          UnsafeMutableRawBufferPointer(rebasing: text[write...]).copyMemory(from: new)
        }
        write += next.bytes.count
        read = next.range.upperBound
      }
      keep(upTo: text.count)
    }
  }
}
