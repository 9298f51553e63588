import LosslessJSON
import TestSupport
import Testing

@Suite("Strings")
struct JSONStringTests {
  /// What a cursor says of a text that is one string.
  private struct Reading {
    let value: JSONValue
    let bytes: [UInt8]
    let text: String
    let invalidOffset: Int?
  }

  private func read(_ bytes: [UInt8]) throws -> Reading {
    try JSONText(bytes).withCursor { (cursor) throws(JSONError) in
      let value = try cursor.readValue()
      try cursor.readEnd()
      return Reading(
        value: value,
        bytes: cursor.decodedBytes(of: value),
        text: cursor.string(of: value),
        invalidOffset: cursor.invalidUTF8Offset
      )
    }
  }

  @Test(
    "are decoded, and their decoded length is known before",
    arguments: [
      (#""""#, ""), (#""plain""#, "plain"), (#""a\"b\\c\/d""#, "a\"b\\c/d"),
      (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "A\u{E9}\u{20AC}"),
      (#""\ud83d\ude00!""#, "\u{1F600}!"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
      (#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"), (#""\ud83d\n""#, "\u{FFFD}\n"),
      (#""\ud83dA""#, "\u{FFFD}A"), (#""\u0000""#, "\0"),
      ("\"\u{E9}\u{20AC}\u{1F600}\"", "\u{E9}\u{20AC}\u{1F600}"),
      (
        #""a long one that takes more than one word \n and then some""#,
        "a long one that takes more than one word \n and then some"
      ),
    ]
  )
  func decode(_ text: String, meaning: String) throws {
    let string = try read(Array(text.utf8))
    #expect(string.text == meaning)
    #expect(string.bytes == Array(meaning.utf8))
    #expect(string.value.decodedCount == meaning.utf8.count)
    #expect(string.value.hasEscapes == text.contains("\\"))
    #expect(string.invalidOffset == nil)
  }

  @Test("are scanned right with a stop at every place of a word", arguments: 0..<40)
  func stops(at place: Int) throws {
    for stop in ["\\n", "\u{E9}", "\u{20AC}", "\\u00e9"] {
      let text =
        String(repeating: "a", count: place) + stop + String(repeating: "~", count: 40 - place)
      let string = try read(Array("\"\(text)\"".utf8))
      let meaning = text.replacing("\\n", with: "\n").replacing("\\u00e9", with: "\u{E9}")
      #expect(string.value.end == text.utf8.count + 2)
      #expect(string.text == meaning)
      #expect(string.value.decodedCount == meaning.utf8.count)
    }
    let control =
      Array("\"".utf8) + Array(repeating: 0x7E, count: place) + [0x1F] + Array("aaaaaaaaa\"".utf8)
    let error = #expect(throws: JSONError.self) { try JSONText(control).validate() }
    #expect(error?.offset == place + 1)
    #expect(error?.reason == .escapedControl)
  }

  @Test(
    "that are not UTF-8 are read, and the first bad byte is noted",
    arguments: [
      ([0x61, 0xFF], 1), ([0xC3], 0), ([0xC0, 0xAF], 0), ([0xED, 0xA0, 0x80], 0), ([0x80], 0),
      ([0xF4, 0x90, 0x80, 0x80], 0), ([0xE2, 0x82], 0), ([0xC3, 0xA9, 0xE0, 0x80, 0x80], 2),
      ([0xF0, 0x80, 0x80, 0x80], 0), ([0xC3, 0xA9, 0x62, 0xF5], 3),
    ] as [([UInt8], Int)]
  )
  func notesInvalidUTF8(_ content: [UInt8], place: Int) throws {
    let string = try read([0x22] + content + [0x22])
    #expect(string.invalidOffset == place + 1)
    #expect(string.bytes == content)
    #expect(string.value.decodedCount == content.count)
  }

  @Test("agree with Swift on what is UTF-8, for all pairs and many quadruples of bytes")
  func agreesOnUTF8() throws {
    var generator = SeededGenerator(seed: 7)
    func check(_ content: [UInt8]) throws {
      let isValid = try read([0x22] + content + [0x22]).invalidOffset == nil
      #expect(isValid == (String(validating: content, as: UTF8.self) != nil), "\(content)")
    }
    for first in UInt8(0x80)...0xFF {
      for second in UInt8(0x80)...0xFF { try check([first, second]) }
    }
    for _ in 0..<20_000 {
      try check([
        .random(in: 0xE0...0xF5, using: &generator), .random(in: 0x7F...0xC0, using: &generator),
        .random(in: 0x7F...0xC0, using: &generator), .random(in: 0x7F...0xC0, using: &generator),
      ])
    }
  }

  @Test("are compared by what they say, however they are written")
  func compares() throws {
    let text = JSONText(Array(#"["ab","a\u0062","ac","e\u0301","é"]"#.utf8))
    try text.withCursor { (cursor) throws(JSONError) in
      var values: [JSONValue] = []
      try cursor.readArray { (cursor) throws(JSONError) in values.append(try cursor.readValue()) }
      let equalities = [
        cursor.isEqual(values[0], to: values[1]), cursor.isEqual(values[0], to: values[2]),
        cursor.isEqual(values[3], to: values[4]), cursor.isEqual(values[0], to: "ab"),
        cursor.isEqual(values[1], to: "ab"), cursor.isEqual(values[1], to: "abc"),
        cursor.isEqual(values[2], to: "ab"),
      ]
      #expect(equalities == [true, false, false, true, true, false, false])
    }
  }
}
