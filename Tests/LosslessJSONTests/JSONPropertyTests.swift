import Foundation
import LosslessJSON
import TestSupport
import Testing

/// Properties that hold for every text, tried with 200 seeds each.
@Suite("Properties")
struct JSONPropertyTests {
  private func isJSON(_ bytes: [UInt8]) -> Bool {
    (try? JSONText(bytes).validate()) != nil
  }

  /// Whether every string of a well-formed text is UTF-8, which validity here leaves open.
  private func isUTF8(_ bytes: [UInt8]) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  @Test("Standard JSON is accepted, by us and by Foundation", arguments: Seeds.range)
  func acceptsStandard(seed: Int) throws {
    var random = RandomJSON(seed: UInt64(seed))
    let text = random.text()
    try JSONText(text).validate()
    _ = try JSONSerialization.jsonObject(with: Data(text))
  }

  @Test("What Python writes beyond it is accepted too", arguments: Seeds.range)
  func acceptsPython(seed: Int) throws {
    var random = RandomJSON(seed: UInt64(seed))
    random.isPythonic = true
    try JSONText(random.text()).validate()
  }

  @Test(
    "We agree with Foundation on changed bytes, apart from the extensions",
    arguments: Seeds.range
  )
  func agreesOnMutations(seed: Int) {
    #expect(disagreement(seed: seed, isValid: isJSON) == nil)
  }

  @Test("And a lenient parser, that only counts its brackets, is caught")
  func aLenientParserIsCaught() {
    let isBalanced: ([UInt8]) -> Bool = { bytes in
      bytes.reduce(0) { $0 + (($1 | 0x20) == 0x7B ? 1 : ($1 | 0x20) == 0x7D ? -1 : 0) } == 0
    }
    #expect((0..<20).contains { disagreement(seed: $0, isValid: isBalanced) != nil })
  }

  /// The first text on which Foundation is of another mind about what is JSON.
  private func disagreement(seed: Int, isValid: ([UInt8]) -> Bool) -> String? {
    var random = RandomJSON(seed: UInt64(seed))
    random.hasPairs = false
    let text = random.text()
    for _ in 0..<50 {
      var changed = text
      let place = Int.random(in: 0..<changed.count, using: &random.generator)
      let bytes = Array("{}[],:\"\\0129.eE+-tfnulx \n".utf8)
      switch Int.random(in: 0..<3, using: &random.generator) {
      case 0: changed.remove(at: place)
      case 1: changed[place] = bytes.randomElement(using: &random.generator) ?? 0
      default: changed.insert(bytes.randomElement(using: &random.generator) ?? 0, at: place)
      }
      // A comma before a closing bracket is an extension of Foundation's own.
      guard isUTF8(changed), !hasTrailingComma(changed), !isBeyondDoubles(changed) else { continue }
      let theirs = (try? JSONSerialization.jsonObject(with: Data(changed))) != nil
      if isValid(changed) != theirs { return String(decoding: changed, as: UTF8.self) }
    }
    return nil
  }

  private func hasTrailingComma(_ bytes: [UInt8]) -> Bool {
    let visible = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    return visible.contains(",}") || visible.contains(",]")
  }

  /// Whether a number may be too large or too small for a double.
  ///
  /// The grammar has no such bound and we keep the digits as they are; Foundation wants a value.
  private func isBeyondDoubles(_ bytes: [UInt8]) -> Bool {
    let words = bytes.split { !Array("0123456789.eE+-".utf8).contains($0) }
    return words.contains { word in
      let exponent = word.split(whereSeparator: { $0 | 0x20 == 0x65 }).dropFirst().first
      return word.count > 300 || (exponent?.filter { (0x30...0x39).contains($0) }.count ?? 0) > 2
    }
  }

  /// Seed 507 made `1.2E4567`, and Foundation has no such number.
  @Test func aNumberBeyondDoublesIsNoDisagreement() {
    #expect(isBeyondDoubles(Array(#"{"a":[1,-1.2E4567]}"#.utf8)))
    #expect(!isBeyondDoubles(Array(#"{"a":[1,-1.2E45]}"#.utf8)))
    for seed in 500..<520 { #expect(disagreement(seed: seed, isValid: isJSON) == nil) }
  }

  @Test("No byte makes it trap, and an error lies within the text", arguments: Seeds.range)
  func survivesAnything(seed: Int) {
    var random = RandomJSON(seed: UInt64(seed))
    random.isPythonic = seed.isMultiple(of: 2)
    let text = random.text()
    for _ in 0..<50 {
      var changed = text
      for _ in 0..<Int.random(in: 1..<4, using: &random.generator) {
        let place = Int.random(in: 0..<changed.count, using: &random.generator)
        changed[place] = UInt8.random(in: 0...255, using: &random.generator)
      }
      changed.removeLast(Int.random(in: 0..<changed.count, using: &random.generator))
      do {
        try JSONText(changed).validate()
        #expect(!changed.isEmpty)
      } catch {
        #expect(0...changed.count ~= error.offset)
      }
      JSONText(changed).withCursor { cursor in
        let element = cursor.recover(from: 0)
        #expect(element.map { $0.upperBound <= changed.count } ?? true)
      }
    }
  }

  @Test("Replacing values changes nothing else", arguments: Seeds.range)
  func splicesExactly(seed: Int) throws {
    var random = RandomJSON(seed: UInt64(seed))
    random.isPythonic = seed.isMultiple(of: 2)
    let text = JSONText(random.text())
    let values = try members(of: text)
    let replacements = values.filter { _ in Bool.random(using: &random.generator) }.map {
      JSONReplacement(
        $0.range,
        with: Array("\"new \(Int.random(in: 0..<1000, using: &random.generator))\"".utf8)
      )
    }
    let changed = try #require(text.replacing(replacements))
    let changedValues = try members(of: changed)
    #expect(changedValues.count == values.count)
    var (position, changedPosition) = (0, 0)
    for (old, new) in zip(values, changedValues) {
      #expect(text.bytes[position..<old.start] == changed.bytes[changedPosition..<new.start])
      let expected =
        replacements.first { $0.range == old.range }?.bytes ?? Array(text.bytes[old.range])
      #expect(Array(changed.bytes[new.range]) == expected)
      (position, changedPosition) = (old.end, new.end)
    }
    #expect(text.bytes[position...] == changed.bytes[changedPosition...])
  }

  private func members(of text: JSONText) throws -> [JSONValue] {
    var values: [JSONValue] = []
    try text.withCursor { (cursor) throws(JSONError) in
      try cursor.readObject { (cursor, _) throws(JSONError) in values.append(try cursor.readValue())
      }
      try cursor.readEnd()
    }
    return values
  }
}
