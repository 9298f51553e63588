internal import LosslessJSON

/// The items of an emergency file, and what in it is none (docs/contract.md#emergency-file).
///
/// An item has a line of its own. A line that a producer died in has no end, and the next producer
/// writes right behind it: so the items in a line that does not parse as a whole are looked for too.
struct EmergencyLines {
  /// So often a new beginning is looked for in a line, so that no line costs hours.
  private static let mostBeginnings = 256

  /// The items, in the order of the file.
  private(set) var items: [StoredItem] = []
  /// What is no item, line by line, without the line ends.
  private(set) var rest: [[UInt8]] = []
  /// Whether the last of the rest has no line end: somebody may be writing it.
  private(set) var isTorn = false

  /// Reads the bytes of a file.
  init(_ bytes: [UInt8]) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let last = lines.popLast() ?? []
    for line in lines { take(Array(line)) }
    let whole = rest.count
    take(Array(last))
    isTorn = rest.count > whole
  }

  /// How many lines are whole and no items.
  var otherCount: Int { rest.count - (isTorn ? 1 : 0) }

  private mutating func take(_ line: [UInt8]) {
    guard line.contains(where: { !Self.isBlank($0) }) else { return }
    let text = JSONText(line)
    if (try? text.validate()) != nil {
      if let (item, _) = StoredItem.read(text) { items.append(item) } else { rest.append(line) }
      return
    }
    var (position, kept) = (0, 0)
    for _ in 0..<Self.mostBeginnings {
      guard let start = line[position...].firstIndex(of: UInt8(ascii: "{")) else { break }
      if let (item, end) = StoredItem.read(text, at: start) {
        keep(line[kept..<start])
        items.append(item)
        (position, kept) = (end, end)
      } else {
        position = start + 1
      }
    }
    keep(line[kept...])
  }

  private mutating func keep(_ piece: ArraySlice<UInt8>) {
    if piece.contains(where: { !Self.isBlank($0) }) { rest.append(Array(piece)) }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }
}
