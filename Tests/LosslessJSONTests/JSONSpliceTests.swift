import LosslessJSON
import TestSupport
import Testing

@Suite("Splicing and recovery")
struct JSONSpliceTests {
  private let text = JSONText(Array("{\"a\": 1,\r\n \"b\":\t22}\n".utf8))

  private func replaced(_ replacements: [JSONReplacement]) -> String? {
    text.replacing(replacements).map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  @Test("replaces, inserts and removes, in order")
  func replaces() {
    #expect(replaced([]) == "{\"a\": 1,\r\n \"b\":\t22}\n")
    #expect(
      replaced([JSONReplacement(6..<7, with: [0x30]), JSONReplacement(16..<18, with: [0x33])])
        == "{\"a\": 0,\r\n \"b\":\t3}\n"
    )
    #expect(replaced([JSONReplacement(0..<0, with: [0x20])]) == " {\"a\": 1,\r\n \"b\":\t22}\n")
    #expect(replaced([JSONReplacement(7..<18, with: [])]) == "{\"a\": 1}\n")
    #expect(replaced([JSONReplacement(20..<20, with: [0x20])]) == "{\"a\": 1,\r\n \"b\":\t22}\n ")
  }

  @Test("refuses ranges that overlap, go backwards or leave the text")
  func refuses() {
    #expect(replaced([JSONReplacement(6..<8, with: []), JSONReplacement(7..<9, with: [])]) == nil)
    #expect(replaced([JSONReplacement(9..<10, with: []), JSONReplacement(6..<7, with: [])]) == nil)
    #expect(replaced([JSONReplacement(19..<21, with: [])]) == nil)
    #expect(replaced([JSONReplacement(-1..<2, with: [])]) == nil)
  }

  @Test("does in place what a copy piece by piece comes to", arguments: 0..<200)
  func splices(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let text = (0..<200).map { UInt8($0) }
    let ends = (0..<12).map { _ in Int.random(in: 0...200, using: &random) }.sorted()
    let most = seed % 2 == 0 ? 60 : 3
    let replacements = stride(from: 0, to: 12, by: 2).map { index in
      let count = Int.random(in: 0...most, using: &random)
      return JSONReplacement(
        ends[index]..<ends[index + 1],
        with: [UInt8](repeating: 0xFF, count: count)
      )
    }
    var expected: [UInt8] = []
    for (index, replacement) in replacements.enumerated() {
      let start = index == 0 ? 0 : replacements[index - 1].range.upperBound
      expected += text[start..<replacement.range.lowerBound] + replacement.bytes
    }
    expected += text[replacements[5].range.upperBound...]
    var spliced = text
    let isDone = spliced.replace(replacements)
    #expect(isDone)
    #expect(spliced == expected)
  }

  @Test(
    "finds the end of a malformed element where brackets tell it, and only there",
    arguments: [
      ("{\"a\":1 2} ,{}", 0..<9), ("nul]", 0..<3), ("{\"a\":[1 2],x:3}]", 0..<15),
      ("{\"a\":\"}],\" 1},", 0..<13), ("{\"a\":\"\\\"}\" 1},", 0..<13), (",", nil), ("]", nil),
      ("{\"a\":1", nil), ("{\"a\":1]},", nil), ("[1},", nil), ("{\"a\":\"x},{}]", nil), ("}", nil),
      ("", nil), ("\"abc\\", nil),
    ] as [(String, Range<Int>?)]
  )
  func recovers(_ text: String, element: Range<Int>?) {
    JSONText(Array(text.utf8)).withCursor { cursor in
      let recovered = cursor.recover(from: 0)
      #expect(recovered == element)
      let offset = cursor.offset
      #expect(offset == element?.upperBound ?? 0)
    }
  }
}
