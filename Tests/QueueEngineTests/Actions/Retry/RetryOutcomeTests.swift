import CLibrary
import Foundation
import Testing

@testable import QueueEngine

/// What a retry says and what it refuses.
@Suite("Retry outcome")
struct RetryOutcomeTests {
  private static let three =
    #"{"items":[{"id":"aaaaaaaa-1","last_attempt":5.5},{"id":"b","last_attempt":6},{"id":"c"}]}"#

  @Test func oneItemIsNamed() throws {
    let outcome = try RetryScene(Self.three).retry("aaaaaaaa-1")
    #expect(outcome.action == "retry_items")
    #expect(outcome.summary == "The dead letter aaaaaaaa is due now.")
    #expect(outcome.evidence == ["aaaaaaaa-1: last_attempt was 5.5"])
  }

  @Test func itemsThatLeftAreCounted() throws {
    let outcome = try RetryScene(Self.three).retry("aaaaaaaa-1", "b", "c", "d", "e")
    #expect(outcome.changed == 2)
    #expect(
      outcome.summary
        == "2 dead letters are due now; 1 had been made due before; 2 of 5 had already left."
    )
  }

  @Test func itemsThatAllLeftAreARefusal() throws {
    let scene = try RetryScene(Self.three)
    let before = try scene.fingerprint()
    let one = #expect(throws: ActionError.self) { try scene.retry("dddddddd-4") }
    #expect(one?.description == "The dead letter dddddddd has left the queue; nothing was changed.")
    let two = #expect(throws: ActionError.self) { try scene.retry("d", "e") }
    #expect(two?.description == "All 2 dead letters have left the queue; nothing was changed.")
    let none = #expect(throws: ActionError.self) { try scene.retry([]) }
    #expect(none?.description == "No dead letter is selected.")
    #expect(try scene.fingerprint() == before)
  }

  @Test("the list's own time becomes the present one, in the form that it had")
  func lastUpdate() throws {
    let items = #""items":[{"id":"a","last_attempt":5}]"#
    for (order, old) in [
      ("behind", #"{\#(items),"last_update":"2025-11-30T04:38:18"}"#),
      ("before", #"{"last_update":"2025-11-30T04:38:18.123456",\#(items)}"#),
    ] {
      let scene = try RetryScene(old)
      let start = Timestamp(Date().timeIntervalSince1970.rounded(.down))
      _ = try scene.retry("a")
      let letters = try #require(scene.snapshot().deadLetters.content)
      #expect(letters.items[0].lastAttempt == Timestamp(0), "\(order)")
      let update = try #require(letters.lastUpdate)
      #expect(update >= start && update < start + .seconds(60), "\(order)")
      #expect(try scene.text().utf8.count == old.utf8.count, "\(order)")
    }
  }

  @Test(
    "a time that is absent or none stays as it is",
    arguments: ["", #","last_update":null"#, #","last_update":17.5"#, #","last_update":"soon""#]
  )
  func otherUpdate(_ member: String) throws {
    let scene = try RetryScene(#"{"items":[{"id":"a","last_attempt":5}]\#(member)}"#)
    _ = try scene.retry("a")
    #expect(try scene.text() == #"{"items":[{"id":"a","last_attempt":0}]\#(member)}"#)
  }

  @Test("1 to 12: a file that does not parse is refused with its byte, and not touched")
  func corrupt() throws {
    let scenes = try BadInputTests.corrupt.map {
      (input: $0, scene: try RetryScene(bytes: $0.bytes))
    }
    let before = try scenes.map { try $0.scene.fingerprint() }
    let errors = Concurrent.map(scenes.map(\.scene)) { scene in
      do throws(ActionError) {
        return try scene.retry("a").summary
      } catch {
        return error.description
      }
    }
    for (index, (input, scene)) in scenes.enumerated() {
      #expect(errors[index].contains("does not parse at byte \(input.offset): "), "\(input.name)")
      #expect(errors[index].contains("; mem0top leaves it alone"), "\(input.name)")
      #expect(try scene.fingerprint() == before[index], "\(input.name)")
      #expect(try scene.files() == ["mem0_queue_dlq.json"], "\(input.name)")
    }
  }

  @Test("12: a file of 2 GiB is refused by its size, unread")
  func huge() throws {
    let scene = try RetryScene("{")
    try #require(truncate(scene.path, 2 << 30) == 0)
    let error = #expect(throws: ActionError.self) { try scene.retry("a") }
    #expect(error?.description.contains("is larger than 1 GiB") == true)
    #expect(try FileStamp.at(scene.path).size == 2 << 30)
  }

  @Test("an item that is not well-formed makes the whole file one that is never written")
  func malformedItem() throws {
    let scene = try RetryScene(#"{"items":[{"id":"a","last_attempt":5},{"id":tru}]}"#)
    #expect(scene.snapshot().deadLetters.state == .ok)
    let before = try scene.fingerprint()
    let error = #expect(throws: ActionError.self) { try scene.retry("a") }
    #expect(
      error?.description.contains("does not parse at byte 44") == true,
      "\(error?.description ?? "")"
    )
    #expect(try scene.fingerprint() == before)
  }

  @Test func aFileThatIsNotThereIsARefusal() throws {
    let scene = try RetryScene()
    try FileManager.default.removeItem(atPath: scene.path)
    let error = #expect(throws: ActionError.self) { try scene.retry("a") }
    #expect(error?.description == "There is no mem0_queue_dlq.json, so there is nothing to change.")
    #expect(try scene.files() == [])
  }
}
