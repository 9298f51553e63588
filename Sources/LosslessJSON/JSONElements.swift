/// Where the elements of an array stand in a text, so that some can go and others come.
///
/// It plans replacements and changes nothing: they are sorted together with those for other places
/// of the same text and then made in one pass. No byte between two elements that both stay changes.
package struct JSONElements: Hashable, Sendable {
  /// The bytes of the array, brackets included.
  package let range: Range<Int>
  /// The bytes of each element, without the white space around it.
  package let elements: [Range<Int>]

  /// No elements, of no array.
  package init() {
    self.init(range: 0..<0, elements: [])
  }

  init(range: Range<Int>, elements: [Range<Int>]) {
    self.range = range
    self.elements = elements
  }

  /// The replacements that remove the elements at some indices and put others behind the last one.
  ///
  /// A removed element takes its comma along, and the white space that set it apart. What is appended
  /// is set apart like the last element was.
  ///
  /// - Parameters:
  ///   - removed: Indices of elements in ascending order, none twice.
  ///   - appended: Well-formed values.
  ///   - text: The text that the elements stand in.
  /// - Returns: replacements in ascending order; none where nothing is asked for.
  package func replacements(
    removing removed: [Int] = [],
    appending appended: [[UInt8]] = [],
    in text: JSONText
  ) -> [JSONReplacement] {
    var replacements = removed.count < elements.count ? removals(removed) : []
    let isEmptied = removed.count == elements.count
    guard !isEmptied || !appended.isEmpty || !elements.isEmpty else { return [] }
    let (comma, space) = ([UInt8(ascii: ",")], separation(in: text))
    if isEmptied {
      let inside = range.lowerBound + 1..<range.upperBound - 1
      let edge = isSpread(in: text) ? (space, closing(in: text)) : ([], [])
      let content = Array(appended.joined(separator: comma + space))
      let bytes = content.isEmpty ? [] : edge.0 + content + edge.1
      return inside.isEmpty && bytes.isEmpty ? [] : [JSONReplacement(inside, with: bytes)]
    }
    if let last = elements.last, !appended.isEmpty {
      let bytes = appended.flatMap { comma + space + $0 }
      replacements.append(JSONReplacement(last.upperBound..<last.upperBound, with: bytes))
    }
    return replacements
  }

  /// One removal for each run of neighbours, at least one element staying.
  private func removals(_ removed: [Int]) -> [JSONReplacement] {
    var replacements: [JSONReplacement] = []
    var rest = removed[...]
    while let first = rest.first {
      var end = first
      while rest.first == end {
        rest.removeFirst()
        end += 1
      }
      let range =
        end < elements.count
        ? elements[first].lowerBound..<elements[end].lowerBound
        : elements[first - 1].upperBound..<elements[end - 1].upperBound
      replacements.append(JSONReplacement(range, with: []))
    }
    return replacements
  }

  /// The white space before the last element, behind the comma or the bracket.
  private func separation(in text: JSONText) -> [UInt8] {
    let start = elements.last?.lowerBound ?? range.lowerBound + 1
    let space = text.bytes[..<start].reversed().prefix(while: JSONText.isWhitespace)
    // One element says nothing of the blank behind a comma; the one behind the array's colon does.
    if elements.count < 2, space.isEmpty, text.bytes[..<range.lowerBound].last == 0x20 {
      return [0x20]
    }
    return space.reversed()
  }

  /// Whether the elements stand on lines of their own.
  private func isSpread(in text: JSONText) -> Bool {
    separation(in: text).contains(UInt8(ascii: "\n"))
  }

  /// The white space between the last element and the bracket.
  private func closing(in text: JSONText) -> [UInt8] {
    elements.last.map { Array(text.bytes[$0.upperBound..<range.upperBound - 1]) } ?? []
  }
}

extension JSONCursor {
  /// Reads an array and notes where its elements stand; `element` reads exactly one each time.
  package mutating func readElements(
    _ element: (inout JSONCursor) throws(JSONError) -> Void
  ) throws(JSONError) -> JSONElements {
    _ = peekKind()
    let start = offset
    var elements: [Range<Int>] = []
    try readArray { (cursor) throws(JSONError) in
      let first = cursor.offset
      try element(&cursor)
      elements.append(first..<cursor.offset)
    }
    return JSONElements(range: start..<offset, elements: elements)
  }
}

extension JSONText {
  /// Whether a byte is white space between tokens.
  static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}
