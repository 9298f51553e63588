internal import LosslessJSON

/// What is needed to finish a change after a crash, to take it back, or to restore what it removed.
///
/// As bytes it is a line of JSON that says what the change is, then each item as a line with its key
/// and a length, followed by that many raw bytes and a line end, and last a line that says that it
/// is complete. The items' bytes stand there as they stood in the file.
@dynamicMemberLookup package struct JournalEntry: Sendable {
  /// What kind of change it was.
  package enum Kind: String, Sendable, CaseIterable {
    /// Dead letters became due: an item's bytes are what its `last_attempt` was.
    case retry
    /// Dead letters left: an item's bytes are the whole item.
    case drop
    /// Dropped ones came back.
    case restore
    /// An earlier change was taken back.
    case undo
    /// A destroyed file was rebuilt.
    case recover
    /// Memories came into a list from a file beside it: an item's bytes are the whole item.
    case absorb
  }

  /// One item that changed.
  package struct Item: Hashable, Sendable {
    package var key: ItemKey
    package var bytes: [UInt8]
    /// How many items that are the same stayed in the file when it left.
    package var twins = 0
  }

  /// What the change is, without the items.
  package struct Head: Sendable {
    package var kind: Kind
    /// When, in UTC to the second.
    package var time: String
    /// The path of the file that changes.
    package var file: String
    package var before: ContentHash
    package var after: ContentHash
    /// The number of the entry that an undo takes back.
    package var undoes: Int?
    /// What the file held that memories were taken in from.
    package var source: ContentHash?
    /// The id of the request over a link that it was made for, see `RequestLedger`.
    package var request: String?
  }

  private let head: Head
  package var items: [Item]

  /// A fact of the head.
  package subscript<Fact>(dynamicMember fact: KeyPath<Head, Fact>) -> Fact { head[keyPath: fact] }
}

extension JournalEntry {
  /// The list whose file changed; `nil` where that is another file now.
  func list(in settings: EngineSettings) -> ListFile? {
    let changed = PathText(self.file)
    return ListFile.allCases.first {
      changed.isSamePlace(as: PathText(settings.path(of: $0.file)))
    }
  }

  /// How long ago it was: who reads that need not know in which zone the time was written.
  var agoText: String {
    ISOTime.moment(self.time).map { "\(max(SystemClock.now - $0, .zero).ageText) ago" } ?? self.time
  }

  private static let version = 1
  private static let lineEnd = UInt8(ascii: "\n")
  /// When so many bytes of an entry are there they are written.
  private static let pieceSize = 128 << 10

  /// Makes the bytes of an entry and gives them away in pieces.
  ///
  /// A retry of everything has 100 000 items: they go through one buffer, without a text of each.
  static func write(
    _ head: Head,
    _ items: some Sequence<Item>,
    to take: (_ piece: [UInt8]) throws(SystemError) -> Void
  ) throws(SystemError) {
    let undone = head.undoes.map { ",\"undoes\":\($0)" } ?? ""
    let source = head.source.map { ",\"source\":\"\($0)\"" } ?? ""
    let request = head.request.map { ",\"request\":\(JSONText.quotedText($0))" } ?? ""
    var bytes = Array(
      """
      {"version":\(version),"kind":"\(head.kind.rawValue)","time":\(JSONText.quotedText(head.time)),\
      "file":\(JSONText.quotedText(head.file)),"before":"\(head.before)","after":"\(head.after)"\
      \(undone)\(source)\(request)}\n
      """.utf8
    )
    var count = 0
    for item in items {
      if bytes.count >= pieceSize {
        try take(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
      bytes += "{\"id\":".utf8
      JSONText.appendQuoted(item.key.id, to: &bytes)
      bytes += ",\"occurrence\":".utf8
      bytes += String(item.key.occurrence).utf8
      if item.twins > 0 { bytes += ",\"twins\":\(item.twins)".utf8 }
      bytes += ",\"length\":".utf8
      bytes += String(item.bytes.count).utf8
      bytes += "}\n".utf8
      bytes += item.bytes
      bytes.append(lineEnd)
      count += 1
    }
    bytes += "{\"end\":\(count)}\n".utf8
    try take(bytes)
  }

  /// Reads what was written; `nil` for anything that is not whole.
  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    guard let head = Self.takeLine(&rest), head.numbers["version"] == Self.version,
      let kind = head.texts["kind"].flatMap(Kind.init(rawValue:)), let time = head.texts["time"],
      let file = head.texts["file"],
      let before = head.texts["before"].flatMap({ ContentHash($0) }),
      let after = head.texts["after"].flatMap({ ContentHash($0) })
    else { return nil }
    var items: [Item] = []
    while let line = Self.takeLine(&rest) {
      if let count = line.numbers["end"] {
        guard count == items.count, rest.isEmpty else { return nil }
        self.init(
          head: Head(
            kind: kind,
            time: time,
            file: file,
            before: before,
            after: after,
            undoes: head.numbers["undoes"],
            source: head.texts["source"].flatMap { ContentHash($0) },
            request: head.texts["request"]
          ),
          items: items
        )
        return
      }
      guard let id = line.texts["id"], let occurrence = line.numbers["occurrence"],
        let length = line.numbers["length"], 0..<rest.count ~= length
      else { return nil }
      let end = rest.startIndex + length
      items.append(
        Item(
          key: ItemKey(id: id, occurrence: occurrence),
          bytes: Array(rest[..<end]),
          twins: line.numbers["twins"] ?? 0
        )
      )
      rest = rest[(end + 1)...]
    }
    return nil
  }

  /// The id of the request that an entry was made for, from its beginning.
  static func request(in beginning: [UInt8]) -> String? {
    var rest = beginning[...]
    return takeLine(&rest)?.texts["request"]
  }

  /// The members of the object on the next line; `nil` where there is none.
  private static func takeLine(
    _ rest: inout ArraySlice<UInt8>
  ) -> (texts: [String: String], numbers: [String: Int])? {
    guard let end = rest.firstIndex(of: lineEnd) else { return nil }
    let line = JSONText(Array(rest[..<end]))
    rest = rest[(end + 1)...]
    var (texts, numbers): ([String: String], [String: Int]) = ([:], [:])
    do throws(JSONError) {
      try line.withCursor { (cursor) throws(JSONError) in
        try cursor.readObject { (cursor, key) throws(JSONError) in
          let value = try cursor.readValue()
          let name = cursor.string(of: key)
          if value.kind == .string { texts[name] = cursor.string(of: value) }
          if let number = cursor.integer(of: value) { numbers[name] = number }
        }
        try cursor.readEnd()
      }
    } catch {
      return nil  // A line that a crash cut off: the entry is not whole.
    }
    return (texts, numbers)
  }
}
