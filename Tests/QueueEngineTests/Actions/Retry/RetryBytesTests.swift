import TestSupport
import Testing

@testable import QueueEngine

/// Of every file that is accepted, a retry changes the one token and not a byte more (13 to 25).
@Suite("Retry changes one token")
struct RetryBytesTests {
  /// Where the token stands that becomes 0.
  private static let token = "@@"

  private static let letter =
    #"{"id":"a","project_id":"p","content":"c","retry_count":3,"last_attempt":@@}"#

  /// An item with one more member than usual.
  private static func member(_ member: String) -> String {
    #"{"items":[{"id":"z","last_attempt":7},{"id":"a",\#(member),"last_attempt":@@}]}"#
  }

  @Test(
    "whatever else the file holds",
    arguments: [
      ("13 NaN", member(#""x":NaN"#)),
      ("14 Infinity", member(#""x":[Infinity,-Infinity]"#)),
      ("15 lone surrogate", member(#""x":"\ud800 \udfff""#)),
      ("16 duplicate keys", member(#""last_attempt":5,"x":1,"x":2"#)),
      ("16 an escaped key", #"{"items":[{"id":"a","last_attempt":5,"last\u005fattempt":@@}]}"#),
      ("16 two lists", #"{"items":[{"id":"a","last_attempt":5}],"items":[\#(letter)]}"#),
      ("17 NFC and NFD keys", member("\"\u{E9}\":1,\"e\u{301}\":2")),
      ("18 beyond 2^63", member(#""timestamp":9223372036854775808123"#)),
      ("19 1.0", member(#""retry_count":1.0"#)),
      ("20 1e400", member(#""x":1e400,"y":-1E-400"#)),
      ("21 unknown fields", member(#""x":{"last_attempt":9,"a":[null,{"id":"a"}]},"y":true"#)),
      ("22 non-ASCII keys", member(#""ключ":"значение \u00e9 \/""#)),
      ("23 CRLF", "{\r\n\t\"items\" : [\r\n\(letter)\r\n]\r\n}\r\n"),
      ("24 no final newline", #"{"items":[\#(letter)]}"#),
      ("24 some", "{\"items\":[\(letter)]}\n\n \n"),
      ("25 a byte order mark", "\u{FEFF}{\"items\":[\(letter)]}"),
      ("an odd neighbour", #"{"items":[null,[1],"x",7,{},{"id":null},\#(letter)]}"#),
      ("a numeric id", #"{"items":[{"id":12,"last_attempt":5},\#(letter)],"x":1}"#),
      ("spaces", #" { "items" : [ { "last_attempt" : @@ , "id" : "a" } ] } "#),
    ]
  )
  func changesOneToken(_ name: String, template: String) throws {
    for before in ["1732945600", "1732945600.4244113", "17e8", "-1", "NaN", #""2025-11-30T04:38""#]
    {
      let scene = try RetryScene(template.replacing(Self.token, with: before))
      let outcome = try scene.retry("a")
      #expect(outcome.changed == 1)
      #expect(try scene.text() == template.replacing(Self.token, with: "0"), "\(name) \(before)")
      #expect(try Array(template.replacing(Self.token, with: "0").utf8) == scene.bytes())
      #expect(try scene.files() == ["mem0_queue_dlq.json"])
    }
  }

  @Test("bytes that are not UTF-8 stay, in the item itself too")
  func invalidUTF8() throws {
    let before = Array(#"{"items":[{"id":"a","content":""#.utf8) + [0xFF, 0xC0]
    let scene = try RetryScene(bytes: before + Array(#"","last_attempt":12}]}"#.utf8))
    _ = try scene.retry("a")
    #expect(try scene.bytes() == before + Array(#"","last_attempt":0}]}"#.utf8))
  }

  @Test(
    "an item that is due already leaves the file as it is",
    arguments: ["0", "0.0", "-0", "0e9"]
  )
  func dueAlready(_ zero: String) throws {
    let scene = try RetryScene(
      #"{"items":[{"id":"a","last_attempt":\#(zero)},{"id":"b"}],"last_update":"2025-11-30T04:38:18"}"#
    )
    let before = try scene.fingerprint()
    let outcome = try scene.retry("a", "b")
    #expect(outcome.changed == 0)
    #expect(outcome.summary == "2 had been made due before.")
    #expect(
      try scene.retry("a").summary == "The dead letter a was due already; nothing was changed."
    )
    #expect(try scene.fingerprint() == before)
  }

  @Test("many of many, at once and each once")
  func many() throws {
    var generator = SeededGenerator(seed: 3)
    var (before, after, keys) = ("", "", [ItemKey]())
    for number in 0..<2000 {
      let isMeant = Bool.random(using: &generator)
      let time = Int.random(in: 1...2_000_000_000, using: &generator)
      let separator = number == 0 ? "" : ",\n  "
      before += separator + #"{"id":"\#(number)","last_attempt":\#(time),"x":[\#(number)]}"#
      after +=
        separator
        + #"{"id":"\#(number)","last_attempt":\#(isMeant ? 0 : time),"x":[\#(number)]}"#
      if isMeant { keys.append(ItemKey(id: "\(number)")) }
    }
    let scene = try RetryScene("{\"items\":[\(before)]}")
    let outcome = try scene.retry(keys.shuffled(using: &generator) + keys.prefix(3))
    #expect(outcome.changed == keys.count)
    #expect(outcome.evidence.count == 21)
    #expect(try scene.text() == "{\"items\":[\(after)]}")
  }

  @Test("of two items with one id the one that is meant")
  func occurrence() throws {
    let item = #"{"id":"a","last_attempt":5}"#
    let scene = try RetryScene(#"{"items":[\#(item),\#(item),\#(item)]}"#)
    _ = try scene.retry([ItemKey(id: "a", occurrence: 1)])
    let due = #"{"id":"a","last_attempt":0}"#
    #expect(try scene.text() == #"{"items":[\#(item),\#(due),\#(item)]}"#)
  }

  @Test("an id is found as it is shown: escaped, numeric, with a hidden character")
  func shownIDs() throws {
    let items = #"{"id":"\u0061b","last_attempt":5},{"id":12,"last_attempt":5},"#
    let hidden = "{\"id\":\"x\u{200B}\",\"last_attempt\":5}"
    let scene = try RetryScene("{\"items\":[\(items)\(hidden)]}")
    let keys = try #require(scene.snapshot().deadLetters.content?.items.map(\.key))
    #expect(keys.map(\.id) == ["ab", "12", "x‹U+200B›"])
    #expect(try scene.retry(keys).changed == 3)
    #expect(try scene.text() == "{\"items\":[\(items)\(hidden)]}".replacing(":5", with: ":0"))
  }
}
