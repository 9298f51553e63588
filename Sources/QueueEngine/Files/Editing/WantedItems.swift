/// The items that an action is for, found again by their keys while a file is read from its start.
///
/// Only ids that are wanted are counted, so that one item of 100 000 costs no table of all of them.
struct WantedItems {
  /// All items that have an id.
  static var all: WantedItems {
    var wanted = WantedItems([])
    wanted.roll = ItemRoll()
    return wanted
  }

  /// The ids that came, where all are wanted.
  private var roll: ItemRoll?
  private let count: Int
  private let places: [ExactText: Int]
  /// For each id the one occurrence that is meant, or the first of several.
  private let first: [Int]
  /// The other occurrences, where several items with one id are meant.
  private let others: [Int: Set<Int>]
  private var seen: [Int]

  /// Takes keys; one that comes twice counts once, and one without an id names no item.
  init(_ keys: [ItemKey]) {
    var places = [ExactText: Int](minimumCapacity: keys.count)
    var first: [Int] = []
    var others: [Int: Set<Int>] = [:]
    for key in keys where !key.id.isEmpty {
      let place = places[key.exactID] ?? first.count
      if place == first.count {
        places[key.exactID] = place
        first.append(key.occurrence)
      } else if key.occurrence != first[place] {
        others[place, default: []].insert(key.occurrence)
      }
    }
    self.places = places
    self.first = first
    self.others = others
    seen = Array(repeating: 0, count: first.count)
    count = first.count + others.values.reduce(0) { $0 + $1.count }
  }

  /// How many items can be found; `nil` where all are wanted.
  var mostFound: Int? { roll == nil ? count : nil }

  /// Makes room for so many items.
  mutating func reserve(_ count: Int) { roll?.reserve(count) }

  /// How many are not in a file in which so many of them were found.
  func missingCount(ofFound found: Int) -> Int { roll == nil ? count - found : 0 }

  /// Notes the item that comes next, and returns its key if it is one of them.
  mutating func claim(itemWithID id: String) -> ItemKey? {
    guard roll == nil else { return id.isEmpty ? nil : roll?.note(id) }
    guard let place = places[ExactText(id)] else { return nil }
    defer { seen[place] += 1 }
    let isWanted = seen[place] == first[place] || others[place]?.contains(seen[place]) == true
    return isWanted ? ItemKey(id: id, occurrence: seen[place]) : nil
  }
}

/// The ids of all items that came so far.
private struct ItemRoll {
  private var ids: [String] = []
  private var index = ItemIDs()

  mutating func reserve(_ count: Int) { ids.reserveCapacity(count) }

  /// Notes the item that comes next, and returns its key.
  mutating func note(_ id: String) -> ItemKey {
    var occurrence = 0
    let sighting = index.note(id, ofItem: ids.count) { ExactText(ids[$0]) == ExactText(id) }
    if case .again(let before, _) = sighting { occurrence = before }
    ids.append(id)
    return ItemKey(id: id, occurrence: occurrence)
  }
}
