/// Takes the bytes that a link brings apart into lines, and keeps no more of them than may be needed.
package struct LineSplitter: Sendable {
  /// A line, without its end.
  package enum Line: Hashable, Sendable {
    case whole([UInt8])
    /// It was longer than is kept, and was thrown away.
    case tooLong
  }

  /// A longer line is thrown away, in bytes.
  package var longest: Int
  private var begun: [UInt8] = []
  /// Whether the line that has begun is longer than is kept.
  package private(set) var isSkipping = false

  package init(longest: Int) { self.longest = longest }

  /// The lines that end in these bytes.
  package mutating func add(_ bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      keep(rest[..<end])
      lines.append(isSkipping ? .tooLong : .whole(begun))
      begun = []
      isSkipping = false
      rest = rest[(end + 1)...]
    }
    keep(rest)
    return lines
  }

  private mutating func keep(_ piece: ArraySlice<UInt8>) {
    guard !isSkipping else { return }
    begun += piece
    if begun.count > longest {
      begun = []
      isSkipping = true
    }
  }
}
