import QueueEngine
import Testing

@Suite("One item whole")
struct ItemDecoderTests {
  /// The first item of a file, and its detail.
  private func detail(of element: [UInt8]) throws -> ItemDetail {
    let bytes = Array(#"{"items":["#.utf8) + element + Array("]}".utf8)
    let item = try #require(try BadInputTests.decode(bytes).items.first)
    #expect(Array(bytes[item.byteRange]) == element)
    return ItemDecoder.detail(of: item, bytes: bytes[item.byteRange])
  }

  @Test("has every field but the content, which comes in lines")
  func fields() throws {
    let detail = try detail(
      of: Array(
        "{\"id\":\"a\",\"content\":\"one\\ntwo\\r\\n\\u001b[2J\",\r\n \"n\":1.50,\"x\":{\"y\":[1,null]},\"k\\u0007\":\"\\ud800\"}"
          .utf8
      )
    )
    #expect(detail.key == ItemKey(id: "a"))
    #expect(
      detail.fields == [
        .init(name: "id", value: "a"), .init(name: "n", value: "1.50"),
        .init(name: "x", value: "{\"y\":[1,null]}"), .init(name: "k\u{2407}", value: "\u{FFFD}"),
      ]
    )
    #expect(detail.content == ["one", "two", "\u{241B}[2J"])
    #expect(detail.rawLines.count == 2)
    #expect(detail.rawLines[1].hasPrefix(" \"n\":1.50"))
    #expect(detail.problem == nil)
  }

  @Test("shows content that is no text as a field")
  func oddContent() throws {
    let detail = try detail(of: Array(#"{"content":null}"#.utf8))
    #expect(detail.fields == [.init(name: "content", value: "null")])
    #expect(detail.content == [])
  }

  @Test("says what is wrong with a malformed item, and shows what came before")
  func malformed() throws {
    let detail = try detail(of: Array(#"{"id":"a","x":nope}"#.utf8))
    #expect(detail.fields == [.init(name: "id", value: "a")])
    #expect(
      detail.problem
        == "The item does not parse at byte 24 of the file: expected a value, found \"n\"."
    )
    #expect(detail.rawLines == [#"{"id":"a","x":nope}"#])
  }

  @Test("says that an element is no object")
  func notAnObject() throws {
    let detail = try detail(of: Array("[1,2]".utf8))
    #expect(detail.problem == "The item is not a JSON object, so it has no members.")
    #expect(detail.rawLines == ["[1,2]"])
  }

  @Test("shows bytes that are not UTF-8 as marks")
  func invalidUTF8() throws {
    let detail = try detail(of: Array(#"{"content":"x"#.utf8) + [0xFF] + Array("\"}".utf8))
    #expect(detail.content == ["x\\xFF"])
    #expect(
      detail.problem == "The item has bytes that are not UTF-8, the first at byte 23 of the file."
    )
  }

  @Test("does not trap on bytes that are no longer the item's", arguments: ["", "}", "\"},{", "{"])
  func changedFile(_ text: String) {
    let item = DeadLetter(
      key: ItemKey(id: "a"),
      project: "p",
      retryCount: 0,
      lastAttempt: Timestamp(0),
      byteRange: 100..<200
    )
    let detail = ItemDecoder.detail(of: item, bytes: Array(text.utf8))
    #expect(detail.fields == [])
    #expect(detail.problem?.hasPrefix("The item does not parse at byte 10") == true)
  }
}
