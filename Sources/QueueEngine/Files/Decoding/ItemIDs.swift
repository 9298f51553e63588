/// Counts how often each id came in a list of items.
///
/// Ids are compared as they are shown, by their bytes, because that is how an `ItemKey` names an
/// item. It is a hash table with open addressing whose
/// slots hold an item's place and half its hash, so that 100 000 ids cost neither a copy of each
/// nor a second look at any of them when the table grows.
struct ItemIDs {
  /// What is known of an item's id when it comes.
  enum Sighting {
    /// No item before it had this id.
    case first
    /// It came `occurrence` times before, first in the item with the index `first`.
    case again(occurrence: Int, first: Int)
  }

  /// An item's index and the upper half of its id's hash.
  private struct Slot {
    static let empty = Slot(tag: 0, item: .max)
    var tag: UInt32
    var item: UInt32
  }

  private var slots = [Slot](repeating: .empty, count: 1 << 10)
  private var used = 0
  private var repetitions: [Int: Int] = [:]

  /// Notes the id of the item with an index; `hasID` tells whether an earlier item has it too.
  mutating func note(
    _ id: String,
    ofItem index: Int,
    hasID: (_ index: Int) -> Bool
  ) -> Sighting {
    let tag = Self.tag(of: id)
    var place = home(of: tag)
    while slots[place].item != .max {
      let first = Int(slots[place].item)
      if slots[place].tag == tag, hasID(first) {
        repetitions[first, default: 0] += 1
        return .again(occurrence: repetitions[first, default: 0], first: first)
      }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = Slot(tag: tag, item: UInt32(truncatingIfNeeded: index))
    used += 1
    if used * 2 > slots.count { grow() }
    return .first
  }

  private func home(of tag: UInt32) -> Int {
    Int(tag) & (slots.count - 1)
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: .empty, count: old.count * 2)
    for slot in old where slot.item != .max {
      var place = home(of: slot.tag)
      while slots[place].item != .max { place = (place + 1) & (slots.count - 1) }
      slots[place] = slot
    }
  }

  /// The hash of an id's bytes.
  private static func tag(of id: String) -> UInt32 {
    var copy = id
    return copy.withUTF8 { bytes in
      let words = UnsafeRawBufferPointer(bytes)
      var hash = UInt64(bytes.count)
      var position = 0
      while position &+ 8 <= bytes.count {
        hash = mix(hash, words.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        position &+= 8
      }
      for byte in bytes[position...] { hash = mix(hash, UInt64(byte)) }
      return UInt32(truncatingIfNeeded: hash)
    }
  }

  private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}
