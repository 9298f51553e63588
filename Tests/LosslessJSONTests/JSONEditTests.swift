import Foundation
import LosslessJSON
import TestSupport
import Testing

/// Taking elements out of arrays, putting others in, and setting members, by hand.
@Suite("Changing arrays and objects")
struct JSONEditTests {
  private func edited(_ text: String, removing removed: [Int], appending appended: [String] = [])
    throws -> String
  {
    let text = JSONText(Array(text.utf8))
    let elements = try text.withCursor { (cursor) throws(JSONError) in
      try cursor.readElements { (cursor) throws(JSONError) in _ = try cursor.readValue() }
    }
    let replacements = elements.replacements(
      removing: removed,
      appending: appended.map { Array($0.utf8) },
      in: text
    )
    return String(decoding: try #require(text.replacing(replacements)).bytes, as: UTF8.self)
  }

  @Test(
    "a removed element takes its comma along",
    arguments: [
      ("[1, 2, 3]", [0], "[2, 3]"), ("[1, 2, 3]", [1], "[1, 3]"), ("[1, 2, 3]", [2], "[1, 2]"),
      ("[1, 2, 3]", [0, 1], "[3]"), ("[1, 2, 3]", [1, 2], "[1]"), ("[1, 2, 3]", [0, 2], "[2]"),
      ("[1, 2, 3]", [0, 1, 2], "[]"), (" [ 1 ] ", [0], " [] "), ("[1,2,3]", [1], "[1,3]"),
      ("[\n  1,\n  2,\n  3\n]", [0], "[\n  2,\n  3\n]"),
      ("[\n  1,\n  2,\n  3\n]", [1], "[\n  1,\n  3\n]"),
      ("[\n  1,\n  2,\n  3\n]", [2], "[\n  1,\n  2\n]"),
      ("[1 ,2\t, [3,4] ]", [1], "[1 ,[3,4] ]"), ("[\"a,]\",{\"b\":[]}]", [1], "[\"a,]\"]"),
      ("[1, 2]", [], "[1, 2]"), ("[ ]", [], "[ ]"),
    ] as [(String, [Int], String)]
  )
  func removes(_ text: String, _ removed: [Int], _ expected: String) throws {
    #expect(try edited(text, removing: removed) == expected)
  }

  @Test(
    "an appended element is set apart like the last one",
    arguments: [
      ("[]", [], "[8,9]"), (" [ \n ]", [], " [8, 9]"), ("[1]", [], "[1,8,9]"),
      (" [1]", [], " [1, 8, 9]"), (" []", [], " [8, 9]"), ("[ 1]", [], "[ 1, 8, 9]"),
      ("[1, 2]", [], "[1, 2, 8, 9]"), ("[1,2]", [], "[1,2,8,9]"),
      ("[\n  1,\n  2\n]", [], "[\n  1,\n  2,\n  8,\n  9\n]"),
      ("[\n  1\n]", [], "[\n  1,\n  8,\n  9\n]"), ("[1, 2]", [1], "[1, 8, 9]"),
      ("[1, 2]", [0, 1], "[8, 9]"), ("[\n  1\n]", [0], "[\n  8,\n  9\n]"),
    ] as [(String, [Int], String)]
  )
  func appends(_ text: String, _ removed: [Int], _ expected: String) throws {
    #expect(try edited(text, removing: removed, appending: ["8", "9"]) == expected)
  }

  @Test(
    "a member is set in its place, or added behind the last one",
    arguments: [
      ("{}", "{\"b\": 7}"), ("{ }", "{\"b\": 7}"), ("{\"a\": 1}", "{\"a\": 1, \"b\": 7}"),
      ("{\"a\":1}", "{\"a\":1,\"b\":7}"), ("{\"a\":1,\"c\":2}", "{\"a\":1,\"c\":2,\"b\":7}"),
      ("{\"b\" : [1], \"c\": 2}", "{\"b\" : 7, \"c\": 2}"),
      ("{\"b\": 1, \"b\": 2}", "{\"b\": 1, \"b\": 7}"), ("{\"\\u0062\":1}", "{\"\\u0062\":7}"),
      ("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"b\": 7\n}"),
    ]
  )
  func setsMembers(_ text: String, _ expected: String) throws {
    let text = JSONText(Array(text.utf8))
    let replacements = try JSONMembers(of: text).setting([("b", [UInt8(ascii: "7")])])
    let result = try #require(text.replacing(replacements))
    #expect(String(decoding: result.bytes, as: UTF8.self) == expected)
  }

  @Test("several members are set in one pass, wherever they stand")
  func setsSeveral() throws {
    let text = JSONText(Array("[0, {\"z\": 1, \"y\": 2, \"x\": 3}]".utf8))
    let members = try JSONMembers(of: text, at: 3)
    #expect(members.value(of: "y").map { text.bytes[$0.range].elementsEqual([0x32]) } == true)
    #expect(members.value(of: "q") == nil)
    let replacements = members.setting([
      ("n", Array("10".utf8)), ("x", Array("30".utf8)), ("m", Array("null".utf8)),
      ("z", Array("[]".utf8)),
    ])
    let result = try #require(text.replacing(replacements))
    #expect(
      String(decoding: result.bytes, as: UTF8.self)
        == "[0, {\"z\": [], \"y\": 2, \"x\": 30, \"n\": 10, \"m\": null}]"
    )
  }

  @Test("what is no object, or no array, is refused where that shows")
  func refuses() {
    #expect(throws: JSONError.self) { try JSONMembers(of: JSONText(Array("[1]".utf8))) }
    #expect(throws: JSONError.self) { try edited("{\"a\":1}", removing: []) }
    #expect(throws: JSONError.self) { try edited("[1, 2", removing: []) }
  }

  @Test(
    "a quoted text says itself to us and to Foundation, all scalars of Unicode included",
    .tags(.slow)
  )
  func quotes() throws {
    let scalars = (0...0x10FFFF).lazy.compactMap(Unicode.Scalar.init)
    var all = String.UnicodeScalarView()
    all.append(contentsOf: scalars)
    for text in ["", "a\"b\\c\n\r\t\u{0}\u{1F}\u{7F}\u{2028}é\u{1F600}", String(all)] {
      let quoted = JSONText(JSONText.quoted(text))
      let said = try quoted.withCursor { (cursor) throws(JSONError) in
        let value = try cursor.readValue()
        try cursor.readEnd()
        return cursor.decodedBytes(of: value)
      }
      #expect(said.elementsEqual(text.utf8))
    }
    let shown = String(decoding: JSONText.quoted("a\"\\\n\u{1}\u{7F}é"), as: UTF8.self)
    #expect(shown == "\"a\\\"\\\\\\n\\u0001\\u007fé\"")
  }
}
