internal import LosslessJSON

/// What one pass over the queue or the dead letters finds: the items, and the tokens that a worker changes.
///
/// It takes no item that is not well-formed, unlike the passes that only show the file: a file that
/// does not parse is never written.
struct WorkListing {
  /// The whole file.
  let text: JSONText
  /// The file's name, for sentences.
  let file: String
  /// The items in the order of the file.
  private(set) var items: [WorkItem] = []
  /// Where they stand.
  private(set) var elements = JSONElements()
  /// The value of `last_update`.
  private(set) var lastUpdate: Range<Int>?
  /// Where the object of `stats` begins.
  private(set) var statsOffset: Int?

  /// Reads a file from its first byte to its last; of a member that comes twice the last one counts.
  init(_ bytes: [UInt8], file: String, list: ListFile) throws(DecodingProblem) {
    text = JSONText(bytes)
    self.file = file
    var found: (items: [WorkItem], elements: JSONElements)?
    var (lastUpdate, statsOffset): (Range<Int>?, Int?)
    let source = try QueueFile(bytes, file: file, remedy: DecodingProblem.recoverRemedy)
    var malformedOffset: Int?
    _ = try source.read { (cursor, key) throws(JSONError) in
      if cursor.isEqual(key, to: list.listName) {
        var census = WorkCensus(list: list)
        let elements = try cursor.readElements { (cursor) throws(JSONError) in
          try census.take(&cursor)
        }
        (found, malformedOffset) = ((census.items, elements), census.malformedOffset)
        return
      }
      let value = try cursor.readValue()
      if cursor.isEqual(key, to: "last_update") { lastUpdate = value.range }
      if cursor.isEqual(key, to: "stats") {
        statsOffset = value.kind == .object ? value.start : nil
      }
    }
    if let malformedOffset {
      throw source.problem(at: malformedOffset, "expected an item that is well-formed JSON")
    }
    guard let found else { throw source.missingList(list.listName.description) }
    (items, elements) = found
    self.lastUpdate = lastUpdate
    self.statsOffset = statsOffset
  }

  /// What an item says, decoded.
  func memory(at index: Int) -> Memory? {
    Memory(in: text, at: elements.elements[index].lowerBound)
  }

  /// The members of an item.
  func members(at index: Int) throws(DecodingProblem) -> JSONMembers {
    try members(from: elements.elements[index].lowerBound)
  }

  /// The members of the object at an offset.
  func members(from offset: Int) throws(DecodingProblem) -> JSONMembers {
    do throws(JSONError) {
      return try JSONMembers(of: text, at: offset)
    } catch {
      throw DecodingProblem(file: file, error: error, remedy: DecodingProblem.recoverRemedy)
    }
  }

  /// Where the items with some ids stand.
  func places(ofIDs ids: Set<ExactText>) -> [ExactText: [Int]] {
    var places: [ExactText: [Int]] = [:]
    guard !ids.isEmpty else { return places }
    for (index, item) in items.enumerated() where ids.contains(item.key.exactID) {
      places[item.key.exactID, default: []].append(index)
    }
    return places
  }

  /// The items that stand in another list too, with the same id, project and content.
  func items(alsoIn other: WorkListing) -> [Int] {
    let ids = Set(other.items.lazy.map(\.key.exactID))
    let shared = places(ofIDs: ids)
    guard !shared.isEmpty else { return [] }
    let places = other.places(ofIDs: Set(shared.keys))
    return shared.flatMap { id, indices in
      indices.filter { index in
        guard !id.text.isEmpty, let memory = memory(at: index) else { return false }
        return places[id]?.contains { other.memory(at: $0)?.isSame(as: memory) == true } == true
      }
    }
  }
}

/// The items that were read so far.
private struct WorkCensus {
  private(set) var items: [WorkItem] = []
  /// The first byte that is wrong in an item that is not well-formed.
  private(set) var malformedOffset: Int?
  private let list: ListFile
  private var reader = ItemReader(now: Timestamp(0))
  private var ids = ItemIDs()

  init(list: ListFile) {
    self.list = list
  }

  mutating func take(_ cursor: inout JSONCursor) throws(JSONError) {
    try reader.read(&cursor)
    if reader.flags.contains(.malformed), malformedOffset == nil {
      malformedOffset = reader.members.problemOffset
    }
    let id = reader.id(in: cursor)
    let project = reader.project(in: cursor)
    _ = reader.contentBytes()
    let isQueue = list == .queue
    let failures = reader.retries(isQueue ? .retries : .retryCount, in: cursor)
    let lastAttempt = isQueue ? nil : reader.time(.lastAttempt, in: cursor)
    var occurrence = 0
    let sighting = ids.note(id, ofItem: items.count) { items[$0].key.exactID == ExactText(id) }
    if case .again(let before, _) = sighting { occurrence = before }
    items.append(
      WorkItem(
        key: ItemKey(id: id, occurrence: occurrence),
        project: project,
        failures: failures,
        lastAttempt: lastAttempt ?? Timestamp(0),
        isSendable: !id.isEmpty && reader.flags.isDisjoint(with: .undeliverable)
      )
    )
  }
}
