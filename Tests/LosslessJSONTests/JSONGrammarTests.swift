import LosslessJSON
import Testing

@Suite("What is JSON, and where it stops being JSON")
struct JSONGrammarTests {
  @Test(
    "is accepted",
    arguments: [
      "{}", "[]", " [ ] ", "{ }", "0", "-0", "1", "-12.5e+3", "1E9", "0.1e-2", "\"\"", "true",
      "false", "null", "[1,2 , 3]", "{\"a\":{\"b\":[[],{}]},\"c\":null}", "\r\n[\r\n1\r\n]\r\n",
      "[NaN,Infinity,-Infinity]", "\"\\ud800\"", "\"\\udc00\\ud800\"", "1e400",
      "123456789012345678901234567890", "{\"a\":1,\"a\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}",
      "\u{FEFF}{}", "\"\\u00e9\\n\\/\\b\\f\\r\\t\\\\\\\"\"", "\"\u{7F}\"",
    ]
  )
  func accepts(_ text: String) throws {
    try JSONText(Array(text.utf8)).validate()
  }

  @Test(
    "is refused at the byte that is wrong",
    arguments: [
      ("", 0, .value), ("   ", 3, .value), ("\u{FEFF}", 3, .value), ("[1,]", 3, .value),
      ("[1 2]", 3, .commaOrBracket), ("[1", 2, .commaOrBracket), ("[1}", 2, .commaOrBracket),
      ("{\"a\":1,}", 7, .key), ("{a:1}", 1, .key), ("{\"a\" 1}", 5, .colon),
      ("{\"a\":}", 5, .value),
      ("{\"a\":1]", 6, .commaOrBrace), ("{\"a\":1", 6, .commaOrBrace), ("{", 1, .key),
      ("01", 1, .end), ("1.", 2, .digit), ("1.e3", 2, .digit), ("-", 1, .digit), (".5", 0, .value),
      ("+1", 0, .value), ("1e", 2, .digit), ("1e+", 3, .digit), ("--1", 1, .digit),
      ("nul", 0, .value), ("True", 0, .value), ("Nan", 0, .value), ("-NaN", 1, .digit),
      ("Infinit", 0, .value), ("-Inf", 0, .value), ("[nulll]", 5, .commaOrBracket),
      ("\"abc", 4, .closingQuote), ("\"abc\\", 5, .closingQuote), ("\"abc\\\"", 6, .closingQuote),
      ("\"a\nb\"", 2, .escapedControl), ("\"a\\x\"", 2, .escape), ("\"\\u12g4\"", 1, .escape),
      ("\"\\u12", 1, .escape), ("'a'", 0, .value), ("{}{}", 2, .end), ("[] x", 3, .end),
      ("<html>", 0, .value), ("[1]\0\0", 3, .end), ("// x", 0, .value),
    ] as [(String, Int, JSONError.Reason)]
  )
  func refuses(_ text: String, offset: Int, reason: JSONError.Reason) throws {
    let error = #expect(throws: JSONError.self) { try JSONText(Array(text.utf8)).validate() }
    #expect(error?.offset == offset)
    #expect(error?.reason == reason)
    let bytes = Array(text.utf8)
    #expect(error?.found == (offset < bytes.count ? bytes[offset] : nil))
  }

  @Test("says in words what it expected and what it found")
  func speaksPlainly() {
    func sentence(_ text: String) -> String? {
      let error = #expect(throws: JSONError.self) { try JSONText(Array(text.utf8)).validate() }
      return error?.description
    }
    #expect(sentence("[1 2]") == "expected \",\" or \"]\", found \"2\"")
    #expect(sentence("[1") == "expected \",\" or \"]\", found the end of the file")
    #expect(sentence("[1\0") == "expected \",\" or \"]\", found byte 0x00")
    #expect(sentence("[1\"") == "expected \",\" or \"]\", found a quotation mark")
  }

  @Test("goes 512 levels deep and no deeper, by whatever containers", arguments: ["[", "{\"a\":"])
  func boundsDepth(_ open: String) throws {
    let close = open == "[" ? "]" : "}"
    func nested(_ depth: Int) -> [UInt8] {
      Array(
        (String(repeating: open, count: depth) + (open == "[" ? "" : "1")
          + String(repeating: close, count: depth)).utf8
      )
    }
    try JSONText(nested(512)).validate()
    for depth in [513, 100_000] {
      let error = #expect(throws: JSONError.self) { try JSONText(nested(depth)).validate() }
      #expect(error?.reason == .lessDepth)
      #expect(error?.offset == 512 * open.utf8.count)
    }
  }

  @Test("counts the levels that the caller entered itself")
  func boundsDepthOfCallers() {
    let text = JSONText(Array(String(repeating: "[", count: 100_000).utf8))
    func descend(_ cursor: inout JSONCursor) throws(JSONError) {
      try cursor.readArray { (cursor) throws(JSONError) in try descend(&cursor) }
    }
    let error = #expect(throws: JSONError.self) {
      try text.withCursor { (cursor) throws(JSONError) in try descend(&cursor) }
    }
    #expect(error?.offset == 512)
    #expect(error?.reason == .lessDepth)
  }

  @Test("notes a byte order mark")
  func seesByteOrderMark() {
    #expect(JSONText([0xEF, 0xBB, 0xBF, 0x31]).hasByteOrderMark)
    #expect(!JSONText([0xEF, 0xBB]).hasByteOrderMark)
  }

  @Test("walks members and elements in order, with their places")
  func walks() throws {
    let text = JSONText(Array(#"{"a": [1, "x", {}], "b\u0063": null}"#.utf8))
    var seen: [String] = []
    try text.withCursor { (cursor) throws(JSONError) in
      try cursor.readObject { (cursor, key) throws(JSONError) in
        seen.append(cursor.string(of: key))
        guard cursor.peekKind() == .array else {
          seen.append("\(try cursor.readValue().range)")
          return
        }
        try cursor.readArray { (cursor) throws(JSONError) in
          let value = try cursor.readValue()
          seen.append("\(value.kind) \(value.range)")
        }
      }
      try cursor.readEnd()
    }
    #expect(
      seen == ["a", "number 7..<8", "string 10..<13", "object 15..<17", "bc", "31..<35"]
    )
  }
}
