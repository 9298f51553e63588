/// The ids of a list's items as they come, each with how many items of the same id stand before it.
///
/// Ids are compared as they are shown, by their bytes, because that is how an `ItemKey` names an
/// item. It is a hash table with open addressing whose slots hold an item's place and half its hash,
/// so that 100 000 ids cost no second look at any of them when the table grows.
struct ItemOccurrences {
  /// An item's index and the upper half of its id's hash.
  private struct Slot {
    static let empty = Slot(tag: 0, item: .max)
    var tag: UInt32
    var item: UInt32
  }

  private var ids: [String] = []
  private var slots = [Slot](repeating: .empty, count: 1 << 10)
  private var used = 0
  private var repetitions: [Int: Int] = [:]

  /// Makes room for so many items.
  mutating func reserve(_ count: Int) { ids.reserveCapacity(count) }

  /// The key of the item that comes next, and the index of the first one with the same id, where it
  /// is not this one.
  mutating func next(id: String) -> (key: ItemKey, first: Int?) {
    let index = ids.count
    ids.append(id)
    let tag = Self.tag(of: id)
    var place = home(of: tag)
    while slots[place].item != .max {
      let first = Int(slots[place].item)
      if slots[place].tag == tag, ExactText(ids[first]) == ExactText(id) {
        repetitions[first, default: 0] += 1
        return (ItemKey(id: id, occurrence: repetitions[first, default: 0]), first)
      }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = Slot(tag: tag, item: UInt32(truncatingIfNeeded: index))
    used += 1
    if used * 2 > slots.count { grow() }
    return (ItemKey(id: id), nil)
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
