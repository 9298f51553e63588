import Foundation
import LosslessJSON
import TestSupport
import Testing

/// Whatever is taken out of an array, put in or set: the rest stays, and Foundation agrees.
@Suite("Properties of changes")
struct JSONEditPropertyTests {
  /// An array of random texts, with random white space, and what each element says.
  private func array(_ random: inout RandomJSON) throws -> (JSONText, JSONElements) {
    let blanks = ["", " ", "\n  ", "\r\n"]
    let count = Int.random(in: 0..<7, using: &random.generator)
    let elements = (0..<count).map { _ in String(decoding: random.text(), as: UTF8.self) }
    let blank = blanks.randomElement(using: &random.generator) ?? ""
    let text = JSONText(
      Array("{\"q\":[\(blank)\(elements.joined(separator: ",\(blank)"))], \"z\": 1}".utf8)
    )
    let found = try text.withCursor(from: 5) { (cursor) throws(JSONError) in
      try cursor.readElements { (cursor) throws(JSONError) in _ = try cursor.readValue() }
    }
    return (text, found)
  }

  /// The elements of the array, in a form that can be compared.
  private func list(_ text: JSONText) throws -> [NSArray] {
    let root = try JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any]
    #expect(root?["z"] as? Int == 1)
    return try #require(root?["q"] as? [Any]).map { NSArray(array: [$0]) }
  }

  @Test("any elements go, any come", arguments: Seeds.range)
  func edits(seed: Int) throws {
    var random = RandomJSON(seed: UInt64(seed))
    let (text, elements) = try array(&random)
    let removed = elements.elements.indices.filter { _ in Bool.random(using: &random.generator) }
    let appended = (0..<Int.random(in: 0..<3, using: &random.generator)).map { _ in random.text() }
    let replacements = elements.replacements(removing: removed, appending: appended, in: text)
    let result = try #require(text.replacing(replacements))
    let kept = try list(text).enumerated().filter { !removed.contains($0.offset) }.map(\.element)
    let added = try appended.map {
      NSArray(array: [try JSONSerialization.jsonObject(with: Data($0))])
    }
    #expect(try list(result) == kept + added)
    for index in elements.elements.indices where !removed.contains(index) {
      let bytes = Data(text.bytes[elements.elements[index]])
      #expect(Data(result.bytes).range(of: bytes) != nil)
    }
    if removed.isEmpty, appended.isEmpty { #expect(result.bytes == text.bytes) }
  }

  @Test("any member is set, and the others say what they said", arguments: Seeds.range)
  func sets(seed: Int) throws {
    var random = RandomJSON(seed: UInt64(seed))
    let text = JSONText(random.text())
    var expected = try members(of: text)
    let names = ["retries"] + expected.keys.filter(isPlain).sorted()
    let name = names.randomElement(using: &random.generator) ?? "retries"
    let replacements = try JSONMembers(of: text).setting([(name, Array("[7]".utf8))])
    let result = try #require(text.replacing(replacements))
    expected[name] = [7]
    #expect(try NSDictionary(dictionary: members(of: result)) == NSDictionary(dictionary: expected))
  }

  private func members(of text: JSONText) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any])
  }

  /// Whether a name needs no escapes.
  private func isPlain(_ name: String) -> Bool {
    name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
  }
}
