import TestSupport
import Testing

@testable import QueueEngine

/// Items with an oddity are flagged, and the others work (bad inputs 26 to 35).
@Suite("Odd items")
struct OddItemTests {
  /// What stands in an item that is otherwise in order.
  private func item(_ members: String) throws -> DeadLetter {
    try BadInputTests.odd(#"{"id":"a","project_id":"p","content":"c"\#(members)}"#)
  }

  /// Bad input 26.
  @Test(
    "26 no id",
    arguments: [#""x":1"#, #""id":null"#, #""id":"""#, #""id":["a"]"#, #""id":true"#]
  )
  func noID(_ member: String) throws {
    let item = try BadInputTests.odd(#"{\#(member),"project_id":"p","content":"c"}"#)
    #expect(item.flags == .missingID)
    #expect(item.key == ItemKey(id: ""))
  }

  /// Bad input 26.
  @Test("26 several without an id have keys of their own, and are no duplicates")
  func severalWithoutID() throws {
    let items = try BadInputTests.decode(#"{"items":[{},{},7]}"#).items
    #expect(items.map(\.key.occurrence) == [0, 1, 2])
    #expect(items.allSatisfy { !$0.flags.contains(.duplicateID) })
  }

  /// Bad input 27.
  @Test("27 two with one id: both are flagged, and their keys differ")
  func duplicateID() throws {
    let twin = #"{"id":"a","project_id":"p","content":"c"}"#
    let items = try BadInputTests.decode(
      #"{"items":[\#(twin),\#(BadInputTests.good),\#(twin),{"id":"\u0061","project_id":"p","content":"c"}]}"#
    ).items
    #expect(items.map(\.flags) == [.duplicateID, [], .duplicateID, .duplicateID])
    #expect(items.map(\.key.occurrence) == [0, 0, 1, 2])
    #expect(Set(items.map(\.key)).count == 4)
  }

  /// Bad input 27.
  @Test(
    "27 ids that look the same have keys of their own",
    arguments: [("5", "\"5\""), (#""\u0000""#, "\"\u{2400}\"")]
  )
  func lookalikeIDs(_ one: String, other: String) throws {
    let items = try BadInputTests.decode(#"{"items":[{"id":\#(one)},{"id":\#(other)}]}"#).items
    #expect(items[0].key != items[1].key)
    #expect(items.allSatisfy { $0.flags.contains(.duplicateID) })
  }

  /// Bad input 28.
  @Test("28 numeric id")
  func numericID() throws {
    let item = try BadInputTests.odd(#"{"id":12345,"project_id":"p","content":"c"}"#)
    #expect(item.flags == .numericID)
    #expect(item.key.id == "12345")
  }

  /// Bad input 29.
  @Test(
    "29 no content",
    arguments: [#""content":null"#, #""content":"""#, #""content":5"#, #""x":1"#]
  )
  func noContent(_ member: String) throws {
    let item = try BadInputTests.odd(#"{"id":"a","project_id":"p",\#(member)}"#)
    #expect(item.flags == .noContent)
    #expect(item.contentBytes == 0)
  }

  /// Bad input 30.
  @Test("30 10 MiB content")
  func hugeContent() throws {
    let content = String(repeating: "x", count: 10 << 20)
    let item = try BadInputTests.odd(#"{"id":"a","project_id":"p","content":"\#(content)\n"}"#)
    #expect(item.flags == .hugeContent)
    #expect(item.contentBytes == 10 << 20 + 1)
  }

  /// Bad input 30.
  @Test("30 contents are measured as they are delivered")
  func contentBytes() throws {
    let item = try BadInputTests.odd(
      #"{"id":"a","project_id":"p","content":"\u00e9\ud83d\ude00\n\ud800é"}"#
    )
    #expect(item.contentBytes == 2 + 4 + 1 + 3 + 2)
  }

  /// Bad input 31.
  @Test(
    "31 retry counts that are none count as 0",
    arguments: ["-1", "1.5", "1e400", "NaN", "99999999999999999999", "\"3\"", "null", "true"]
  )
  func badRetryCount(_ count: String) throws {
    let item = try item(#","retry_count":\#(count)"#)
    #expect(item.flags == .badRetryCount)
    #expect(item.retryCount == 0)
  }

  /// Bad input 31.
  @Test(
    "31 retry counts that are whole count",
    arguments: [("0", 0), ("7", 7), ("3.0", 3), ("1e2", 100), ("9223372036854775807", .max)]
  )
  func goodRetryCount(_ count: String, expected: Int) throws {
    let item = try item(#","retry_count":\#(count)"#)
    #expect(item.flags == [])
    #expect(item.retryCount == expected)
    #expect(item.dueAt.secondsSinceEpoch == 0)
  }

  /// Bad input 32.
  @Test("32 times more than a minute ahead lie in the future")
  func future() throws {
    #expect(try item(#","last_attempt":1800000060"#).flags == [])
    #expect(try item(#","last_attempt":1800000060.5"#).flags == .futureTime)
    #expect(try item(#","moved_to_dlq_at":1900000000"#).flags == .futureTime)
    #expect(try item(#","last_attempt":1e300"#).flags == .futureTime)
    #expect(try item(#","timestamp":1900000000"#).flags == [])
  }

  /// Bad input 33.
  @Test(
    "33 times that are no seconds count as 0",
    arguments: [#""2025-11-30T04:38:18""#, "null", "NaN", "Infinity", "-Infinity", "1e400", "{}"]
  )
  func badTime(_ time: String) throws {
    let attempt = try item(#","last_attempt":\#(time)"#)
    #expect(attempt.flags == .badTime)
    #expect(attempt.lastAttempt == Timestamp(0))
    let moved = try item(#","moved_to_dlq_at":\#(time)"#)
    #expect(moved.flags == .badTime)
    #expect(moved.movedAt == nil)
  }

  /// Bad input 94: the screen and the worker read them alike.
  @Test("94 times in milliseconds are read as such, and flagged")
  func milliseconds() throws {
    let item = try item(
      #","retry_count":1,"last_attempt":1799999990500,"moved_to_dlq_at":1799999000000"#
    )
    #expect(item.flags == .milliseconds)
    #expect(item.lastAttempt == Timestamp(1_799_999_990.5))
    #expect(item.movedAt == Timestamp(1_799_999_000))
    #expect(item.dueAt == Timestamp(1_800_000_050.5))
    let text =
      #"{"items":[{"id":"a","project_id":"p","content":"c","last_attempt":1799999990500}]}"#
    let listing = try ItemListing(Array(text.utf8), of: .deadLetters, file: "f")
    #expect(listing.items.map(\.lastAttempt) == [Timestamp(1_799_999_990.5)])
    let queued = #"{"queue":[{"id":"a","project_id":"p","content":"c","timestamp":1799999000000}]}"#
    let queue = try QueueDecoder.decode(
      Array(queued.utf8),
      file: "q",
      now: Timestamp(1_800_000_000)
    )
    #expect(queue.oldest == Timestamp(1_799_999_000))
    #expect(queue.flagged.map(\.flags) == [.milliseconds])
  }

  /// Bad input 33.
  @Test("33 the timestamp is looked at too")
  func badTimestamp() throws {
    #expect(try item(#","timestamp":"2025-11-30T04:38:18""#).flags == .badTime)
  }

  /// Bad input 34.
  @Test("34 not an object", arguments: ["7", "null", #""text""#, "[1,[2]]", "NaN", "true"])
  func notAnObject(_ element: String) throws {
    let item = try BadInputTests.odd(element)
    #expect(item.flags == .notAnObject)
    #expect(item.byteRange == 10..<10 + element.utf8.count)
  }

  /// Bad input 35.
  @Test("35 100 000 items, their ids all found and no two the same", .tags(.slow))
  func manyItems() throws {
    let items = (0..<100_000).map {
      #"{"id":"item-\#($0)","project_id":"p\#($0 % 700)","content":"c"}"#
    }
    let letters = try BadInputTests.decode(
      #"{"items":[\#(items.joined(separator: ",")),{"id":"item-77777","project_id":"p","content":"c"}]}"#
    )
    #expect(letters.items.count == 100_001)
    #expect(Set(letters.items.map(\.key)).count == 100_001)
    #expect(letters.items.indices.filter { !letters.items[$0].flags.isEmpty } == [77_777, 100_000])
    #expect(letters.items[699].project == "p699")
    #expect(letters.items[1399].project == "p699")
  }

  /// Bad input 46, and the bad input after 35: invalid UTF-8 inside one item.
  @Test("invalid UTF-8 flags its item with the byte, and only that one")
  func invalidUTF8() throws {
    let start = Array(#"{"items":[{"id":"a","project_id":"p","content":"x"#.utf8)
    let bytes = start + [0xFF] + Array(#"y"},\#(BadInputTests.good)]}"#.utf8)
    let letters = try BadInputTests.decode(bytes)
    #expect(letters.items.map(\.flags) == [.invalidUTF8, []])
    #expect(letters.items[0].problemOffset == start.count)
    #expect(letters.remarks == [])
  }

  @Test("invalid UTF-8 outside the items is remarked")
  func invalidUTF8Outside() throws {
    let bytes = Array(#"{"items":[],"note":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    let remarks = try BadInputTests.decode(bytes).remarks
    #expect(
      remarks == ["mem0_queue_dlq.json has a byte that is not UTF-8 outside its items, at 20"]
    )
  }

  @Test(
    "a malformed element flags itself alone, with the byte",
    arguments: [
      (#"{"id":"a" "x":1}"#, 20), (#"{"id":nope}"#, 16), ("{\"id\":\"a\nb\"}", 18), ("nul", 10),
      (#"{"x":01}"#, 16), (#"{"x":"\q"}"#, 16), (#"{"x":[1 2]}"#, 18), ("'a'", 10),
    ]
  )
  func malformed(_ element: String, offset: Int) throws {
    let item = try BadInputTests.odd(element)
    #expect(item.flags == .malformed)
    #expect(item.problemOffset == offset)
    #expect(item.byteRange == 10..<10 + element.utf8.count)
  }

  @Test("a thousand malformed elements flag themselves alone")
  func manyMalformed() throws {
    let bad = Array(repeating: #"{"id":"a","x":{"y":[nope]}}"#, count: 1000).joined(separator: ",")
    let items = try BadInputTests.decode(#"{"items":[\#(bad),\#(BadInputTests.good)]}"#).items
    #expect(items.count == 1001)
    #expect(items.dropLast().allSatisfy { $0.flags == [.malformed, .duplicateID] })
    #expect(items.last?.flags == [])
  }

  @Test(
    "a project that no server takes is flagged",
    arguments: [
      #""project_id":"""#, #""project_id":" ""#, #""project_id":null"#, #""project_id":"\n""#,
      #""x":1"#,
    ]
  )
  func blankProject(_ member: String) throws {
    let item = try BadInputTests.odd(#"{"id":"a","content":"c",\#(member)}"#)
    #expect(item.flags == .blankProject)
  }

  @Test("texts are scrubbed, and causes are kept")
  func texts() throws {
    let item = try BadInputTests.odd(
      #"{"id":"a\u001b[31m","project_id":"p\u202e","content":"c","last_error":"HTTP 502\u0007"}"#
    )
    #expect(item.key.id == "a\u{241B}[31m")
    #expect(item.project == "p\u{2039}U+202E\u{203A}")
    #expect(item.lastError == "HTTP 502\u{2407}")
    #expect(try self.item(#","last_error":"""#).lastError == nil)
    #expect(try self.item(#","last_error":null"#).lastError == nil)
  }
}
