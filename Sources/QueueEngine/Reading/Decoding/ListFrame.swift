internal import LosslessJSON

/// Takes the items of a list one by one, as the one walk over its file comes to them.
protocol ItemTaker {
  /// Forgets what was taken: of two lists in a file the last one counts, as in Python.
  mutating func startOver()
  /// Reads the item at the cursor.
  mutating func take(_ cursor: inout JSONCursor) throws(JSONError)
}

/// What the file of a list has around its items: the one walk that all readers of such files share.
struct ListFrame {
  /// Where the list and its items stand.
  let elements: JSONElements
  /// The value of `last_update`.
  let lastUpdate: JSONValue?
  /// Where the object of `stats` begins.
  let statsOffset: Int?
  /// How many elements the list `failed` has.
  let failedCount: Int
  /// What there is to remark on the file as a whole.
  let remarks: [String]

  /// Reads a file from its first byte to its last; of a member that comes twice the last one counts.
  init(
    _ bytes: [UInt8],
    of list: ListFile,
    file: String,
    into taker: inout some ItemTaker
  ) throws(DecodingProblem) {
    var elements: JSONElements?
    var (lastUpdate, statsOffset): (JSONValue?, Int?)
    var failedCount = 0
    let source = try QueueFile(
      bytes,
      file: file,
      remedy: DecodingProblem.recoverRemedy,
      listName: "\(list.listName)"
    )
    remarks = try source.read { (cursor, key) throws(JSONError) in
      if cursor.isEqual(key, to: list.listName) {
        if elements != nil { taker.startOver() }
        elements = try cursor.readElements { (cursor) throws(JSONError) in try taker.take(&cursor) }
        return
      }
      if cursor.isEqual(key, to: "failed"), cursor.peekKind() == .array {
        failedCount = 0
        return try cursor.readArray { (cursor) throws(JSONError) in
          _ = try cursor.readValue()
          failedCount += 1
        }
      }
      let value = try cursor.readValue()
      if cursor.isEqual(key, to: "last_update") { lastUpdate = value }
      if cursor.isEqual(key, to: "stats") {
        statsOffset = value.kind == .object ? value.start : nil
      }
    }
    guard let elements else { throw source.missingList("\(list.listName)") }
    self.elements = elements
    self.lastUpdate = lastUpdate
    self.statsOffset = statsOffset
    self.failedCount = failedCount
  }
}
