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
    var result: [UInt8] = []
    let growth = replacements.reduce(0) { $0 + $1.bytes.count - $1.range.count }
    result.reserveCapacity(max(bytes.count + growth, 0))
    var position = 0
    for replacement in replacements {
      guard position <= replacement.range.lowerBound, replacement.range.upperBound <= bytes.count
      else { return nil }
      result.append(contentsOf: bytes[position..<replacement.range.lowerBound])
      result.append(contentsOf: replacement.bytes)
      position = replacement.range.upperBound
    }
    result.append(contentsOf: bytes[position...])
    return JSONText(result)
  }
}
