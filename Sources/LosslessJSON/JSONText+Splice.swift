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
    var (position, growth, mostGrowth) = (0, 0, 0)
    for replacement in replacements {
      guard position <= replacement.range.lowerBound, replacement.range.upperBound <= count else {
        return false
      }
      position = replacement.range.upperBound
      growth += replacement.bytes.count - replacement.range.count
      mostGrowth = Swift.max(mostGrowth, growth)
    }
    if mostGrowth > 0 {
      self = replaced(by: replacements, count: count + growth)
    } else {
      closeUp(replacements)
      removeLast(-growth)
    }
    return true
  }

  private func replaced(by replacements: [JSONReplacement], count: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var position = 0
    for replacement in replacements {
      result += self[position..<replacement.range.lowerBound]
      result += replacement.bytes
      position = replacement.range.upperBound
    }
    result += self[position...]
    return result
  }

  /// Moves what stays towards the start, over what goes.
  private mutating func closeUp(_ replacements: [JSONReplacement]) {
    withUnsafeMutableBytes { text in
      var (read, write) = (0, 0)
      func keep(upTo end: Int) {
        let kept = UnsafeRawBufferPointer(rebasing: text[read..<end])
        UnsafeMutableRawBufferPointer(rebasing: text[write...]).copyMemory(from: kept)
        write += kept.count
      }
      for replacement in replacements {
        keep(upTo: replacement.range.lowerBound)
        replacement.bytes.withUnsafeBytes { new in
          UnsafeMutableRawBufferPointer(rebasing: text[write...]).copyMemory(from: new)
        }
        write += replacement.bytes.count
        read = replacement.range.upperBound
      }
      keep(upTo: text.count)
    }
  }
}
