import Foundation
import Testing

@testable import QueueEngine

/// The last good copy of a file outlives whatever else is kept.
@Suite("The last good copy")
struct LastGoodCopyTests {
  private static let large = CopyStore.mostBytes / 2 + 1

  private let scene: RetryScene
  private let store: CopyStore

  init() throws {
    scene = try RetryScene()
    store = CopyStore(settings: scene.settings)
  }

  private func keep(
    _ byte: UInt8,
    _ list: ListFile,
    isBroken: Bool = false,
    at second: Double
  ) throws -> CopyStore.Copy {
    let bytes = [UInt8](repeating: byte, count: Self.large)
    return try #require(
      try store.keep(bytes, of: list, isBroken: isBroken, at: Timestamp(second))
    )
  }

  @Test func brokenBytesAndTheOtherFileDoNotRemoveIt() throws {
    let letters = try keep(1, .deadLetters, at: 1)
    let broken = try keep(2, .deadLetters, isBroken: true, at: 2)
    #expect(try store.copies() == [letters, broken])
    #expect(try store.excess() == 2)
    _ = try keep(3, .queue, at: 3)
    let newer = try keep(4, .queue, at: 4)
    // What does not parse may be in no other place: it goes only for the sake of others like it.
    #expect(try store.copies() == [letters, broken, newer])
    let other = try keep(5, .queue, isBroken: true, at: 5)
    #expect(try store.copies() == [letters, newer, other])
  }

  @Test func aNewOneTakesItsPlaceWithinTheBound() throws {
    _ = try keep(1, .deadLetters, at: 1)
    let newer = try keep(2, .deadLetters, at: 2)
    #expect(try store.copies() == [newer])
    #expect(try store.excess() == 0)
  }

  @Test func aTimeFromTheFutureDoesNotWinForGood() throws {
    try store.keep([1], of: .deadLetters, at: Timestamp(4_000_000_000))
    let newer = try #require(try store.keep([2], of: .deadLetters, at: Timestamp(1_000)))
    #expect(try store.copies().last == newer)
    let again = try #require(try store.keep([1], of: .deadLetters, at: Timestamp(1_001)))
    #expect(try store.copies() == [newer, again])
  }

  /// Copies of the time before the hashes had lanes have the old hash in their names.
  @Test func aCopyWithAnOldHashInItsNameIsGood() throws {
    let bytes = Array(#"{"items":[]}"#.utf8)
    let old = CopyStore.Copy(
      milliseconds: 1,
      list: .deadLetters,
      hash: bytes.withUnsafeBytes { ContentHasher.hashInOneLane($0) },
      isBroken: false
    )
    let kept = try #require(try store.keep(bytes, of: .deadLetters, at: Timestamp(1)))
    try #require(rename(store.path(of: kept), store.path(of: old)) == 0)
    #expect(try store.copies() == [old])
    #expect(try store.bytes(of: old) == bytes)
  }
}
