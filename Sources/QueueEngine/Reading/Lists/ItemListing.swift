internal import LosslessJSON

/// The items of the queue or the dead letters by what is done with them and where they stand.
///
/// The file is read to its last byte, and no item is taken that is not well-formed, unlike by the
/// passes that only show it: a file that does not parse is never written. The items' texts stay in
/// the file.
struct ItemListing {
  /// One item of the list.
  struct Item: Hashable {
    /// Its id as it is shown, and how many with the same id stand before it.
    let key: ItemKey
    /// Its project, scrubbed.
    let project: String
    /// Its `retries` in the queue, its `retry_count` as a dead letter.
    let failures: Int
    /// Its last attempt as the file says, which may be in the future; 0 where it has none.
    let lastAttempt: Timestamp
    /// Whether a receiver could take it and an answer could be noted: it has an id and no grave flag.
    let isSendable: Bool

    /// Its failures once it has failed again; one that is as large as can be stays so.
    var nextFailures: Int { min(failures, .max - 1) + 1 }

    /// When it may be tried again, as a dead letter whose last attempt is not in the future (`FirstSights`).
    var dueAt: Timestamp { Backoff.due(lastAttempt: lastAttempt, retryCount: failures) }
  }

  /// The whole file.
  let text: JSONText
  /// The file's name, for sentences.
  let file: String
  /// The items in the order of the file.
  let items: [Item]
  /// Where they stand.
  let elements: JSONElements
  /// The bytes of `last_update`'s value.
  let lastUpdate: Range<Int>?
  /// Where the object of `stats` begins.
  let statsOffset: Int?

  /// Reads a file; refuses one that does not parse or has no such list.
  init(_ bytes: [UInt8], of list: ListFile, file: String) throws(DecodingProblem) {
    var census = ItemCensus(list: list)
    let frame = try ListFrame(bytes, of: list, file: file, into: &census)
    if let offset = census.malformedOffset {
      throw DecodingProblem(
        file: file,
        offset: offset,
        fault: "expected an item that is well-formed JSON",
        remedy: DecodingProblem.recoverRemedy
      )
    }
    text = JSONText(bytes)
    self.file = file
    items = census.items
    elements = frame.elements
    lastUpdate = frame.lastUpdate?.range
    statsOffset = frame.statsOffset
  }

  /// The bytes of an item.
  func bytes(at index: Int) -> [UInt8] { Array(text.bytes[elements.elements[index]]) }

  /// What an item is.
  func identity(at index: Int) -> ItemIdentity {
    ItemMembers.read(text, at: elements.elements[index].lowerBound) {
      ItemIdentity($0, in: $1)
    } ?? ItemIdentity(id: ExactText(""), hash: ContentHash(bytes(at: index)))
  }

  /// What an item says, decoded; `nil` where it is nothing that can be sent.
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

  /// Where the items stand that are the same as some others, each group in the order of the file.
  func places(of identities: Set<ItemIdentity>) -> [ItemIdentity: [Int]] {
    let candidates = places(ofIDs: Set(identities.map(\.shownID))).values.joined().sorted()
    var places: [ItemIdentity: [Int]] = [:]
    for index in candidates {
      let identity = identity(at: index)
      if identities.contains(identity) { places[identity, default: []].append(index) }
    }
    return places
  }

  /// A whole number of `stats`; `nil` where there is none.
  func total(_ name: String) -> Int? {
    // They were read with the rest of the file, so this cannot fail.
    guard let offset = statsOffset, let stats = try? members(from: offset),
      let value = stats.value(of: name)
    else { return nil }
    return text.withCursor { $0.integer(of: value) }
  }
}

/// The items that were read so far.
private struct ItemCensus: ItemTaker {
  private(set) var items: [ItemListing.Item] = []
  /// The first byte that is wrong in an item that is not well-formed.
  private(set) var malformedOffset: Int?
  private let list: ListFile
  private var reader = ItemReader(now: Timestamp(0))
  private var occurrences = ItemOccurrences()

  init(list: ListFile) {
    self.list = list
  }

  mutating func startOver() { self = ItemCensus(list: list) }

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
    items.append(
      ItemListing.Item(
        key: occurrences.next(id: id).key,
        project: project,
        failures: failures,
        lastAttempt: lastAttempt ?? Timestamp(0),
        isSendable: !id.isEmpty && reader.flags.isDisjoint(with: .undeliverable)
      )
    )
  }
}

extension Memory {
  /// The item at an offset of a text; `nil` where that is nothing that can be sent.
  init?(in text: JSONText, at offset: Int) {
    let memory = ItemMembers.read(text, at: offset) { members, cursor -> Memory? in
      guard let id = members[.id], let project = members[.project], project.kind == .string,
        let content = members[.content], content.kind == .string
      else { return nil }
      let seconds = members[.timestamp].flatMap { cursor.double(of: $0) }
      return Memory(
        id: cursor.string(of: id),
        project: cursor.string(of: project),
        content: cursor.string(of: content),
        createdAt: seconds.flatMap { $0.isFinite ? Timestamp(TimeUnit(of: $0).seconds($0)) : nil }
      )
    }
    guard let memory else { return nil }
    self = memory
  }
}

/// What the queue's `stats` count over all runs; `nil` where they do not.
package struct QueueTotals: Hashable, Sendable {
  package var queued: Int?
  package var synced: Int?

  package init(queued: Int? = nil, synced: Int? = nil) {
    self.queued = queued
    self.synced = synced
  }
}
