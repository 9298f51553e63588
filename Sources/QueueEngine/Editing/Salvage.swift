internal import LosslessJSON

/// The items that can be saved of a file that does not parse.
///
/// It tries to read an item wherever one may begin, and goes on behind it or, where that fails, one
/// byte later: so a cut, a hole of zero bytes, a stale tail or a second document cost only what they
/// hit. A brace inside a text is no beginning, because the quotation marks behind it are escaped
/// there. Which list an item stands in is told by the last key of a list before it, so that what was
/// delivered (`last_100`) does not come back. The work grows with the size of the file alone: a key is
/// known by its few bytes, since to read each text to its end would take hours in one that is cut.
struct Salvage {
  /// An item with its bytes.
  struct Item {
    let identity: ItemIdentity
    let bytes: [UInt8]
  }

  /// What is longer is no id that anybody looks for, in bytes with what is before it.
  private static let longestID = 256
  private static let otherLists: [StaticString] = ["last_100", "failed"]

  /// The items, in the order of the file; of those that are the same, as many as one stretch of the
  /// file holds: what an older version has left behind a list is no second one.
  private(set) var items: [Item] = []
  /// The ids of items that begin in the list and cannot be read to their end.
  private(set) var begunIDs: [String] = []
  private let lists: [(key: StaticString, isOurs: Bool)]
  private var isInList = true
  /// How many of the same were taken, and how many came since a list last began or ended.
  private var (taken, met): ([ItemIdentity: Int], [ItemIdentity: Int]) = ([:], [:])

  /// Looks through the bytes of a file.
  init(_ bytes: [UInt8], of list: ListFile) {
    lists = [(list.listName, true)] + Self.otherLists.map { ($0, false) }
    let text = JSONText(bytes)
    var position = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "{"): position = takeItem(in: text, at: position) ?? position + 1
      case UInt8(ascii: "]"):
        met = [:]
        position += 1
      case UInt8(ascii: "\""):
        if isInList, let id = Self.id(in: bytes, at: position) { begunIDs.append(id) }
        position = takeKey(in: bytes, at: position) ?? position + 1
      default: position += 1
      }
    }
  }

  /// Takes the item that begins at an offset; returns where it ends, or `nil` if there is none.
  private mutating func takeItem(in text: JSONText, at start: Int) -> Int? {
    do throws(JSONError) {
      let end = try text.withCursor(from: start) { (cursor) throws(JSONError) -> Int? in
        var isItem = false
        try cursor.readObject { (cursor, key) throws(JSONError) in
          let value = try cursor.readValue()
          switch ItemField(key, in: cursor) {
          case .id: isItem = isItem || value.kind == .string || value.kind == .number
          case .content: isItem = isItem || value.kind == .string
          default: break
          }
        }
        return isItem ? cursor.offset : nil
      }
      guard let end else { return nil }
      let item = Array(text.bytes[start..<end])
      if isInList, let identity = ItemIdentity(ofItem: item) {
        met[identity, default: 0] += 1
        if met[identity, default: 0] > taken[identity, default: 0] {
          taken[identity, default: 0] += 1
          items.append(Item(identity: identity, bytes: item))
        }
      }
      return end
    } catch {
      return nil  // No item begins here; the search goes on behind this byte.
    }
  }

  /// Takes the key of a list at an offset; returns where the list begins, or `nil` if there is none.
  private mutating func takeKey(in bytes: [UInt8], at start: Int) -> Int? {
    for list in lists {
      guard let end = Self.end(of: list.key, in: bytes, at: start) else { continue }
      let rest = bytes[end...].prefix(64).filter { $0 > 0x20 }.prefix(2)
      guard rest.elementsEqual(":[".utf8) else { return nil }
      (isInList, met) = (list.isOurs, [:])
      return end
    }
    return nil
  }

  /// The text of the member `id` whose key stands at an offset; `nil` where none does.
  private static func id(in bytes: [UInt8], at start: Int) -> String? {
    guard let end = end(of: "id", in: bytes, at: start) else { return nil }
    let before = bytes[..<start].suffix(64).last { $0 > 0x20 }
    guard before == UInt8(ascii: "{") || before == UInt8(ascii: ",") else { return nil }
    var rest = bytes[end...].prefix(longestID).drop { $0 <= 0x20 }
    guard rest.popFirst() == UInt8(ascii: ":") else { return nil }
    rest = rest.drop { $0 <= 0x20 }
    guard rest.popFirst() == UInt8(ascii: "\""), let close = rest.firstIndex(of: UInt8(ascii: "\""))
    else { return nil }
    return String(decoding: rest[..<close], as: UTF8.self)
  }

  /// Where a key ends that stands at an offset in quotation marks; `nil` where it does not.
  private static func end(of key: StaticString, in bytes: [UInt8], at start: Int) -> Int? {
    let end = start + key.utf8CodeUnitCount + 2
    guard end <= bytes.count, bytes[end - 1] == UInt8(ascii: "\"") else { return nil }
    let isKey = key.withUTF8Buffer { $0.elementsEqual(bytes[(start + 1)..<(end - 1)]) }
    return isKey ? end : nil
  }
}
