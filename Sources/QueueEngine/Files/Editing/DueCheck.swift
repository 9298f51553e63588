internal import LosslessJSON

/// Reads a changed dead-letter file to its end, as a program would that has never seen it.
///
/// It goes by the places of the items and not by their ids, which the change was made by: so it is
/// a second opinion, and needs no table.
struct DueCheck<Places: RandomAccessCollection<Int>> {
  /// How many of the items at the given places are due.
  private(set) var dueCount = 0
  /// The number of all items in the file.
  private(set) var itemCount = 0
  private var places: Places
  private var next: Places.Index

  /// Reads the file and looks at the items at some places, which ascend.
  init(_ bytes: [UInt8], file: String, places: Places) throws(DecodingProblem) {
    self.places = places
    next = places.startIndex
    var check = self
    let source = try QueueFile(bytes, file: file, remedy: DecodingProblem.recoverRemedy)
    _ = try source.read { (cursor, key) throws(JSONError) in
      guard cursor.isEqual(key, to: "items") else {
        _ = try cursor.readValue()
        return
      }
      (check.dueCount, check.itemCount, check.next) = (0, 0, places.startIndex)
      try cursor.readArray { (cursor) throws(JSONError) in try check.take(&cursor) }
    }
    self = check
  }

  private mutating func take(_ cursor: inout JSONCursor) throws(JSONError) {
    defer { itemCount += 1 }
    guard next < places.endIndex, places[next] == itemCount else {
      _ = try cursor.readValue()
      return
    }
    places.formIndex(after: &next)
    var isDue = false
    try cursor.readObject { (cursor, key) throws(JSONError) in
      let value = try cursor.readValue()
      if cursor.isEqual(key, to: "last_attempt") { isDue = cursor.double(of: value) == 0 }
    }
    if isDue { dueCount += 1 }
  }
}
