internal import LosslessJSON

/// What one pass over a dead-letter file finds: where the tokens stand that make items due.
///
/// The pass takes no item that is not well-formed, unlike the one that lists the items: a file that
/// does not parse is never written.
struct DueSurvey {
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

  /// Reads a file from its first byte to its last.
  init(
    _ bytes: [UInt8],
    file: String,
    wanted: WantedItems
  ) throws(DecodingProblem) {
    self.wanted = wanted
    var (survey, hasList) = (self, false)
    // Memory that nobody touches costs nothing; to move what is there when there is more does.
    let expected = min(wanted.mostFound ?? .max, bytes.count / Self.usualItem)
    survey.waiting.reserveCapacity(expected)
    survey.wanted.reserve(expected)
    let source = try QueueFile(bytes, file: file, remedy: DecodingProblem.recoverRemedy)
    _ = try source.read { (cursor, key) throws(JSONError) in
      if cursor.isEqual(key, to: "items") {
        // Of two lists the last one counts, as in Python, and with it its own occurrences of ids.
        if hasList { survey.startOver(wanted) }
        hasList = true
        try cursor.readArray { (cursor) throws(JSONError) in try survey.take(&cursor) }
      } else {
        let value = try cursor.readValue()
        if cursor.isEqual(key, to: "last_update") { survey.noteUpdate(value, in: cursor) }
      }
    }
    guard hasList else { throw source.missingList("items") }
    self = survey
  }

  /// How many of the wanted items are not in the file.
  var goneCount: Int { wanted.missingCount(ofFound: waiting.count + dueCount) }

  private mutating func startOver(_ wanted: WantedItems) {
    self.wanted = wanted
    waiting = []
    dueCount = 0
    itemCount = 0
  }

  private mutating func noteUpdate(_ value: JSONValue, in cursor: borrowing JSONCursor) {
    let isPlainText = value.kind == .string && !value.hasEscapes
    lastUpdate = isPlainText ? (value.range, cursor.string(of: value)) : nil
  }

  /// Takes the item at the cursor; of a key that comes twice the last value, as in Python.
  private mutating func take(_ cursor: inout JSONCursor) throws(JSONError) {
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
