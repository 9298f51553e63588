internal import LosslessJSON

/// The items that can be saved of a file that does not parse.
///
/// It tries to read an item wherever one may begin, and goes on behind it or, where that fails, one
/// byte later: so a cut, a hole of zero bytes, a stale tail or a second document cost only what they
/// hit. A brace inside a text is no beginning, because the quotation marks behind it are escaped
/// there. Which list an item stands in is told by the last key of a list before it, so that what was
/// delivered (`last_100`) does not come back.
struct Salvage {
  /// An item with its bytes.
  struct Item {
    let identity: ItemList.Identity
    let bytes: [UInt8]
  }

  private static let otherLists: [StaticString] = ["last_100", "failed"]

  /// The items, in the order of the file, none twice.
  private(set) var items: [Item] = []
  private let list: ListFile
  private var isInList = true
  private var known: Set<ItemList.Identity> = []

  /// Looks through the bytes of a file.
  init(_ bytes: [UInt8], of list: ListFile) {
    self.list = list
    let text = JSONText(bytes)
    var position = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "{"): position = takeItem(in: text, at: position) ?? position + 1
      case UInt8(ascii: "\""): position = takeKey(in: text, at: position) ?? position + 1
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
      if isInList, let identity = ItemList.identity(of: item), known.insert(identity).inserted {
        items.append(Item(identity: identity, bytes: item))
      }
      return end
    } catch {
      return nil  // No item begins here; the search goes on behind this byte.
    }
  }

  /// Takes the key of a list at an offset; returns where the list begins, or `nil` if there is none.
  private mutating func takeKey(in text: JSONText, at start: Int) -> Int? {
    let (list, otherLists) = (list.listName, Self.otherLists)
    do throws(JSONError) {
      let found = try text.withCursor(from: start) {
        (cursor) throws(JSONError) -> (isOurs: Bool, end: Int)? in
        let key = try cursor.readValue()
        let isOurs = cursor.isEqual(key, to: list)
        guard isOurs || otherLists.contains(where: { cursor.isEqual(key, to: $0) }) else {
          return nil
        }
        let rest = text.bytes[key.end...].prefix(64).filter { $0 > 0x20 }.prefix(2)
        return rest.elementsEqual(":[".utf8) ? (isOurs, key.end) : nil
      }
      guard let found else { return nil }
      isInList = found.isOurs
      return found.end
    } catch {
      return nil  // No text begins here; the search goes on behind this byte.
    }
  }
}

extension ItemList {
  /// What one item is by its bytes alone; `nil` where they are no well-formed value.
  static func identity(of item: [UInt8]) -> Identity? {
    let bytes = Array(#"{"items":["#.utf8) + item + Array("]}".utf8)
    do throws(DecodingProblem) {
      return try ItemList(bytes, of: .deadLetters, file: "").items.first?.identity
    } catch {
      return nil  // The caller has the item's own problem, if it has one.
    }
  }
}
