import TestSupport
import Testing

@testable import QueueEngine

@Suite("The hash of a content")
struct ContentHashTests {
  /// Sizes around the words of the hash and the pieces in which a file is read.
  private static let sizes = [0, 1, 7, 8, 31, 32, 33, 64, 65, 1 << 20, 1 << 20 | 1, 3 << 20 | 17]

  @Test("does not depend on the pieces in which a file is read", arguments: sizes)
  func pieces(size: Int) throws {
    var random = SeededGenerator(seed: size)
    let bytes = (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    let directory = try TemporaryDirectory()
    try directory.write(bytes, to: "f")
    let file = try OpenFile(path: directory.path("f"))
    #expect(try file.hash(ofFirst: size) == ContentHash(bytes))
    #expect(try file.hash(ofFirst: size + 1) == nil)
    if size > 0 { #expect(try file.hash(ofFirst: size - 1) == ContentHash(bytes.dropLast())) }
  }

  @Test(
    "changes with every byte, wherever it stands, and with the length",
    arguments: sizes.prefix(9)
  )
  func differs(size: Int) {
    let bytes = [UInt8](repeating: 0, count: size)
    var seen: Set<ContentHash> = [ContentHash(bytes), ContentHash(bytes + [0])]
    for place in bytes.indices {
      var changed = bytes
      changed[place] = 1
      seen.insert(ContentHash(changed))
    }
    #expect(seen.count == size + 2)
  }

  /// Copies and journals that are kept have it in their names.
  @Test("is the same in every version")
  func isStable() {
    let text = (0..<100).map { UInt8($0) }
    #expect(ContentHash(text).description == "fa7afbea3208a5ff077d9f1e39a1893c")
    #expect(!ContentHash(text).matches(Array(text.dropLast())))
  }

  @Test("is known as it was made before it had lanes")
  func oneLane() throws {
    let bytes = Array("0123456789".utf8)
    let kept = try #require(ContentHash("a77c0f86dd9547b28f139ef8dcc42f82"))
    #expect(kept.matches(bytes) && kept != ContentHash(bytes))
    #expect(!kept.matches(bytes + [0]))
    let longer = try #require(ContentHash("5fd9d8a17f5ea51deabcee24032093b7"))
    #expect(longer.matches((0..<100).map { UInt8($0) }))
  }

  @Test("tells apart in which order the words stand, also in other lanes")
  func orders() {
    let words = (0..<8).map { [UInt8](repeating: $0, count: 8) }
    var seen: Set<ContentHash> = []
    for first in words.indices {
      for second in words.indices where second > first {
        var swapped = words
        swapped.swapAt(first, second)
        seen.insert(ContentHash(Array(swapped.joined())))
      }
    }
    #expect(seen.count == 28)
  }

  @Test("is read as it was written")
  func text() {
    let hash = ContentHash([1, 2, 3])
    #expect(ContentHash(hash.description) == hash)
    #expect(ContentHash("12") == nil)
    #expect(ContentHash(String(repeating: "x", count: 32)) == nil)
  }
}
