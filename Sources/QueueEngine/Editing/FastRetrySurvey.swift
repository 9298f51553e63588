internal import LosslessJSON

/// What one pass over a dead-letter file finds: where the tokens stand that make items due.
///
/// It reads no more of an item than its id and its `last_attempt`, which makes it faster than an
/// `ItemListing`; like that one it takes no item that is not well-formed.
struct FastRetrySurvey {
  /// An item that is not due yet by its `last_attempt`.
  struct Waiting {
    /// How many items stand before it.
    let place: Int
    let key: ItemKey
    let lastAttempt: Range<Int>
  }

  /// Few items take fewer bytes.
  private static let usualItem = 256

  /// The items to change, in the order of the file.
  private(set) var waiting: [Waiting] = []
  /// How many of the wanted items have a `last_attempt` of 0, or none.
  private(set) var dueCount = 0
  /// The number of all items in the file.
  private(set) var itemCount = 0
  /// Where the text of `last_update` stands and what it says; `nil` where it is no text.
  private(set) var lastUpdate: (range: Range<Int>, text: String)?
  private var wanted: WantedItems
  private let unread: WantedItems

  /// Reads a file from its first byte to its last.
  init(
    _ bytes: [UInt8],
    file: String,
    wanted: WantedItems
  ) throws(DecodingProblem) {
    self.wanted = wanted
    unread = wanted
    // Memory that nobody touches costs nothing; to move what is there when there is more does.
    let expected = min(wanted.mostFound ?? .max, bytes.count / Self.usualItem)
    waiting.reserveCapacity(expected)
    self.wanted.reserve(expected)
    let frame = try ListFrame(bytes, of: .deadLetters, file: file, into: &self)
    lastUpdate = frame.lastUpdate.flatMap { value in
      guard value.kind == .string, !value.hasEscapes else { return nil }
      return (value.range, JSONText(bytes).withCursor { $0.string(of: value) })
    }
  }

  /// How many of the wanted items are not in the file.
  var goneCount: Int { wanted.missingCount(ofFound: waiting.count + dueCount) }
}

extension FastRetrySurvey: ItemTaker {
  mutating func startOver() {
    (wanted, waiting, dueCount, itemCount) = (unread, [], 0, 0)
  }

  /// Takes the item at the cursor; of a key that comes twice the last value, as in Python.
  mutating func take(_ cursor: inout JSONCursor) throws(JSONError) {
    itemCount += 1
    guard cursor.peekKind() == .object else {
      _ = try cursor.readValue()
      return
    }
    var (id, lastAttempt): (JSONValue?, JSONValue?)
    try cursor.readObject { (cursor, key) throws(JSONError) in
      let value = try cursor.readValue()
      switch ItemField(key, in: cursor) {
      case .id: id = value
      case .lastAttempt: lastAttempt = value
      default: break
      }
    }
    guard let id, id.kind == .string || id.kind == .number else { return }
    let shownID = cursor.scrubbedText(of: id)
    guard let key = wanted.claim(itemWithID: shownID) else { return }
    if let lastAttempt, cursor.double(of: lastAttempt) != 0 {
      let place = itemCount - 1
      waiting.append(Waiting(place: place, key: key, lastAttempt: lastAttempt.range))
    } else {
      dueCount += 1
    }
  }
}

/// The items that an action is for, found again by their keys while a file is read from its start.
///
/// Only ids that are wanted are counted, so that one item of 100 000 costs no table of all of them.
struct WantedItems {
  /// All items that have an id.
  static var all: WantedItems {
    var wanted = WantedItems([])
    wanted.all = ItemOccurrences()
    return wanted
  }

  /// The ids that came, where all are wanted.
  private var all: ItemOccurrences?
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
  var mostFound: Int? { all == nil ? count : nil }

  /// Makes room for so many items.
  mutating func reserve(_ count: Int) { all?.reserve(count) }

  /// How many are not in a file in which so many of them were found.
  func missingCount(ofFound found: Int) -> Int { all == nil ? count - found : 0 }

  /// Notes the item that comes next, and returns its key if it is one of them.
  mutating func claim(itemWithID id: String) -> ItemKey? {
    guard all == nil else { return id.isEmpty ? nil : all?.next(id: id).key }
    guard let place = places[ExactText(id)] else { return nil }
    defer { seen[place] += 1 }
    let isWanted = seen[place] == first[place] || others[place]?.contains(seen[place]) == true
    return isWanted ? ItemKey(id: id, occurrence: seen[place]) : nil
  }
}
