import QueueEngine
import TestSupport
import Testing

/// Properties of the decoders, each with 200 seeds.
@Suite("Decoding whatever comes")
struct DecodingPropertyTests {
  /// A file with items in order and odd ones, the same for the same seed.
  private func file(seed: Int) -> [UInt8] {
    let elements = (0..<8).map { index in
      let count = (seed * 31 + index * 17) % 12
      return """
        {"id": "item-\(index)", "project_id": "p\(count)", "content": "caf\u{E9} \\n \(count)", \
        "retry_count": \(count), "last_attempt": 17329456\(10 + count).25}
        """
    }
    return Array("{\"items\": [\n\(elements.joined(separator: ",\n"))\n], \"queue\": [1]}\n".utf8)
  }

  @Test(
    "No byte makes a decoder trap, and what it reports lies in the file",
    arguments: Seeds.range
  )
  func survives(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func random(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<20 {
      var bytes = file(seed: seed)
      for _ in 0...random(below: 3) {
        bytes[random(below: bytes.count)] = UInt8(random(below: 256))
      }
      if random(below: 4) == 0 { bytes.removeLast(random(below: bytes.count)) }
      check(bytes)
    }
  }

  private func check(_ bytes: [UInt8]) {
    let now = Timestamp(1_800_000_000)
    do {
      let letters = try DeadLetterDecoder.decode(bytes, file: "f", now: now)
      var end = 0
      for item in letters.items {
        #expect(item.byteRange.lowerBound >= end && item.byteRange.upperBound <= bytes.count)
        end = item.byteRange.upperBound
        let isDamaged = !item.flags.isDisjoint(with: [.malformed, .invalidUTF8])
        #expect((item.problemOffset != nil) == isDamaged)
        let detail = ItemDecoder.detail(of: item, bytes: bytes[item.byteRange])
        let isOdd = isDamaged || item.flags.contains(.notAnObject)
        #expect((detail.problem != nil) == isOdd)
      }
      #expect(Set(letters.items.map(\.key)).count == letters.items.count)
    } catch {
      #expect(error.problem.byteOffset.map { 0...bytes.count ~= $0 } == true)
    }
    _ = try? QueueDecoder.decode(bytes, file: "f", now: now)
    _ = try? MetricsDecoder.decode(bytes, file: "f")
  }

  @Test("A file cut anywhere is corrupt, never one with fewer items")
  func cut() {
    let bytes = file(seed: 1)
    let whole = bytes.count - 1
    for length in 0..<whole {
      #expect(throws: DecodingProblem.self) {
        try DeadLetterDecoder.decode(
          Array(bytes[..<length]),
          file: "f",
          now: Timestamp(1_800_000_000)
        )
      }
    }
  }
}
