import QueueEngine
import Testing

/// The files of `docs/safety.md#bad-inputs`, as the decoder takes them.
@Suite("Bad input")
struct BadInputTests {
  static let now = Timestamp(1_800_000_000)
  static let good =
    #"{"id":"good","project_id":"p","content":"c","retry_count":2,"last_attempt":5}"#

  static func decode(_ bytes: [UInt8]) throws(DecodingProblem) -> DeadLetters {
    try DeadLetterDecoder.decode(bytes, file: "mem0_queue_dlq.json", now: now)
  }

  static func decode(_ text: String) throws(DecodingProblem) -> DeadLetters {
    try decode(Array(text.utf8))
  }

  /// The first of the items beside which the good one stands untouched.
  static func odd(_ item: String) throws -> DeadLetter {
    let items = try decode(#"{"items":[\#(item),\#(good)]}"#).items
    try #require(items.count == 2)
    #expect(items[1].key.id == "good")
    #expect(items[1].flags == [])
    #expect(items[1].retryCount == 2)
    return items[0]
  }

  /// A file that is corrupt, and where.
  struct Corrupt: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let offset: Int
    let fault: String
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], at offset: Int, _ fault: String) {
      self.name = name
      self.bytes = bytes
      self.offset = offset
      self.fault = fault
    }

    init(_ name: String, _ text: String, at offset: Int, _ fault: String) {
      self.init(name, Array(text.utf8), at: offset, fault)
    }
  }

  static let corrupt = [
    Corrupt("1 empty", "", at: 0, "the file is empty"),
    Corrupt("1 blank", " \n", at: 2, "expected \"{\", found the end of the file"),
    Corrupt("2 cut in a string", #"{"items":[{"id":"ab"#, at: 19, "closing quotation mark"),
    Corrupt("2 cut in a later string", #"{"items":[{"id":"a"},{"id":"b"},{"co"#, at: 36, "closing"),
    Corrupt("3 cut after an item", #"{"items":[{"id":"a"}"#, at: 20, "expected \",\" or \"]\""),
    Corrupt("3 cut after a comma", #"{"items":[{"id":"a"},"#, at: 21, "expected a value"),
    Corrupt("3 cut in an item", #"{"items":[{"id":"a","x":[1"#, at: 26, "end of the file"),
    Corrupt("4 stale tail", #"{"items":[]}"c"}]}"#, at: 12, "expected the end of the file"),
    Corrupt(
      "5 two documents",
      "{\"items\":[]}\n{\"items\":[]}",
      at: 13,
      "expected the end of the file"
    ),
    Corrupt("6 UTF-16 with a mark", [0xFF, 0xFE, 0x7B, 0, 0x7D, 0], at: 0, "UTF-16"),
    Corrupt("6 UTF-16 without one", [0x7B, 0, 0x7D, 0], at: 0, "UTF-16"),
    Corrupt("6 UTF-16, big end first", [0, 0x7B, 0, 0x7D], at: 0, "UTF-16"),
    Corrupt("7 NUL-filled", [UInt8](repeating: 0, count: 512), at: 0, "found byte 0x00"),
    Corrupt(
      "7 a tail of NUL",
      Array(#"{"items":[{}"#.utf8) + [0, 0, 0],
      at: 12,
      "found byte 0x00"
    ),
    Corrupt(
      "8 100 000 deep",
      String(repeating: "[", count: 100_000),
      at: 0,
      "expected \"{\""
    ),
    Corrupt(
      "8 100 000 deep in an item",
      #"{"items":[{"x":"# + String(repeating: "[", count: 100_000)
        + String(repeating: "]", count: 100_000) + "}]}",
      at: 15 + 509,
      "512 levels"
    ),
    Corrupt(
      "8 100 000 deep as items",
      #"{"items":"# + String(repeating: "[", count: 100_000),
      at: 9 + 511,
      "512 levels"
    ),
    Corrupt("11 an HTML page", "<!DOCTYPE html><html>", at: 0, "expected \"{\", found \"<\""),
    Corrupt(
      "a lost comma",
      #"{"items":[{"id":"a"} {"id":"b"}]}"#,
      at: 21,
      "expected \",\" or \"]\""
    ),
    Corrupt("a lost brace", #"{"items":[{"id":"a",{"id":"b"}]}"#, at: 20, "expected a key"),
    Corrupt("a lost quotation mark", #"{"items":[{"id":"a},{"id":"b"}]}"#, at: 22, "or \"}\""),
  ]

  /// Files that parse as JSON, and are something else; the byte where that shows.
  static let otherShapes: [(text: String, offset: Int, shape: String)] = [
    (#"[{"id":"a"}]"#, 0, #"a list where an object with "items" is expected"#),
    (" null", 1, #"null where an object with "items" is expected"#),
    (#""text""#, 0, #"a text where an object with "items" is expected"#),
    (#"{"items":{}}"#, 9, #""items" is not a list"#),
    (#"{"items":null}"#, 9, #""items" is not a list"#),
    (#"{"last_update":"x"}"#, 19, #"an object without "items""#),
  ]

  /// Bad inputs 9 and 10.
  @Test("is JSON of another shape, and left alone like a corrupt file", arguments: otherShapes)
  func hasAnotherShape(text: String, offset: Int, shape: String) throws {
    let error = #expect(throws: DecodingProblem.self) { try Self.decode(text) }
    let problem = try #require(error?.problem)
    #expect(problem.byteOffset == offset)
    let start = "mem0_queue_dlq.json is valid JSON, but \(shape); mem0top leaves it alone, and "
    #expect(problem.message.hasPrefix(start), "\(problem.message)")
  }

  /// Bad inputs 1 to 11.
  @Test("is a corrupt file, with the byte and a way out", arguments: corrupt)
  func isCorrupt(_ input: Corrupt) throws {
    let error = #expect(throws: DecodingProblem.self) { try Self.decode(input.bytes) }
    let problem = try #require(error?.problem)
    #expect(problem.byteOffset == input.offset)
    let start = "mem0_queue_dlq.json does not parse at byte \(input.offset): "
    #expect(problem.message.hasPrefix(start))
    #expect(problem.message.contains(input.fault), "\(problem.message)")
    #expect(problem.message.contains("; mem0top leaves it alone, and \"mem0top recover\""))
  }

  /// Bad input 12.
  @Test("12 a file of 2 GiB is refused by its size")
  func hugeFile() {
    #expect(DecodingProblem.largestFile == 1 << 30)
    let problem = DecodingProblem(tooLarge: "mem0_queue_dlq.json")
    #expect(problem.description.hasPrefix("mem0_queue_dlq.json is larger than 1 GiB"))
  }

  /// Bad inputs 13 to 23.
  @Test(
    "is accepted as it is",
    arguments: [
      ("13 NaN", #""x":NaN"#, []), ("14 Infinity", #""x":[Infinity,-Infinity]"#, []),
      ("15 lone surrogate", #""x":"\ud800""#, []),
      ("16 duplicate keys", #""project_id":"q""#, .duplicateKeys),
      ("16 duplicate unknown keys", #""x":1,"\u0078":2"#, .duplicateKeys),
      ("16 duplicate keys below the item's level", #""x":{"y":1,"y":2}"#, []),
      ("17 NFC and NFD keys", "\"\u{E9}\":1,\"e\u{301}\":2", []),
      ("18 beyond 2^63", #""x":9223372036854775808"#, []), ("19 1.0", #""x":1.0"#, []),
      ("20 1e400", #""x":1e400"#, []), ("21 unknown fields", #""x":{"a":[null]},"y":1"#, []),
      ("22 non-ASCII keys", #""ключ":"значение""#, []), ("23 CRLF", "\r\n\"x\"\r\n:\r\n1\r\n", []),
    ] as [(String, String, ItemFlags)]
  )
  func isAccepted(_ name: String, member: String, flags: ItemFlags) throws {
    let item = try Self.odd(#"{"id":"a","project_id":"p","content":"c",\#(member)}"#)
    #expect(item.flags == flags)
    #expect(item.key.id == "a")
    #expect(item.project == (name == "16 duplicate keys" ? "q" : "p"))
  }

  /// Bad input 16.
  @Test("16 forty unknown keys are told apart, and the one that comes twice is found")
  func manyKeys() throws {
    let keys = (0..<40).map { "\"k\($0)\":0" }.joined(separator: ",")
    let item = #"{"id":"a","project_id":"p","content":"c",\#(keys)"#
    #expect(try Self.odd(item + "}").flags == [])
    #expect(try Self.odd(item + #","k3":1}"#).flags == .duplicateKeys)
    #expect(try Self.odd(item + #","k39":1}"#).flags == .duplicateKeys)
  }

  /// Bad input 16.
  @Test("16 of two lists of items the last one counts")
  func twoLists() throws {
    let items = try Self.decode(#"{"items":[{},{}],"items":[\#(Self.good)]}"#).items
    #expect(items.map(\.key.id) == ["good"])
  }

  @Test("the time of the last change is read, where it is one")
  func lastUpdate() throws {
    let letters = try Self.decode(#"{"items":[],"last_update":"2025-11-30T04:38:18Z"}"#)
    #expect(letters.lastUpdate == Timestamp(1_764_477_498))
    #expect(try Self.decode(#"{"items":[],"last_update":[]}"#).lastUpdate == nil)
  }

  /// Bad input 24.
  @Test("24 no final newline, or some")
  func finalNewline() throws {
    for end in ["", "\n", "\r\n\r\n"] {
      #expect(try Self.decode(#"{"items":[\#(Self.good)]}"# + end).items.count == 1)
    }
  }

  /// Bad input 25.
  @Test("25 a byte order mark is accepted with a remark, and offsets count it")
  func byteOrderMark() throws {
    let letters = try Self.decode([0xEF, 0xBB, 0xBF] + Array(#"{"items":[{}]}"#.utf8))
    #expect(letters.items[0].byteRange == 13..<15)
    #expect(letters.remarks.count == 1)
    #expect(letters.remarks[0].contains("byte order mark"))
    #expect(try Self.decode(#"{"items":[]}"#).remarks == [])
  }
}
