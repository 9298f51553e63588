import Foundation
import Testing

@testable import QueueEngine

/// When items may be retried, and what the person is told before.
@Suite("Retry availability")
struct RetryAvailabilityTests {
  private let now = Timestamp(1_800_000_000)

  private func availability(of ids: [String], in scene: RetryScene) -> ActionAvailability {
    let action = RetryItems(keys: ids.map { ItemKey(id: $0) })
    return action.availability(in: scene.snapshot(), at: now)
  }

  @Test func anItemThatIsThereMayBeRetried() throws {
    let scene = try RetryScene(#"{"items":[{"id":"a"},{"id":"b"}]}"#)
    #expect(availability(of: ["a"], in: scene) == .available)
    #expect(availability(of: ["a", "b", "c"], in: scene) == .available)
    #expect(
      availability(of: ["c"], in: scene) == .unavailable("The dead letter c has left the queue.")
    )
  }

  @Test func nothingSelectedAndNothingNamedAreReasons() throws {
    let scene = try RetryScene(#"{"items":[{"project_id":"p"}]}"#)
    #expect(availability(of: [], in: scene) == .unavailable("No dead letter is selected."))
    #expect(
      availability(of: [""], in: scene)
        == .unavailable("This dead letter has no id, so no action can refer to it.")
    )
    #expect(throws: ActionError.self) { try scene.retry("") }
  }

  @Test func oneOfTwoWithOneIDIsAskedAbout() throws {
    let scene = try RetryScene(#"{"items":[{"id":"a"},{"id":"a"}]}"#)
    let action = RetryItems(keys: [ItemKey(id: "a", occurrence: 1)])
    #expect(
      action.availability(in: scene.snapshot(), at: now)
        == .afterConfirmation(
          "Several dead letters share the id a. Make this one due now, number 2 in the file?"
        )
    )
  }

  @Test func aFileThatCannotBeReadIsAReason() throws {
    let scene = try RetryScene(#"{"items":"#)
    guard case .unavailable(let reason) = availability(of: ["a"], in: scene) else {
      Issue.record("a corrupt file must not be changed")
      return
    }
    #expect(reason.hasPrefix("mem0_queue_dlq.json does not parse at byte 9: "))
    try FileManager.default.removeItem(atPath: scene.path)
    #expect(
      availability(of: ["a"], in: scene)
        == .unavailable("There is no file of dead letters, so none can be retried.")
    )
  }

  @Test func thePreviewNamesCountFileAndCommand() throws {
    let scene = try RetryScene(#"{"items":[{"id":"a"},{"id":"b"},{"id":"it's"}]}"#)
    let snapshot = scene.snapshot()
    let one = RetryItems(keys: [ItemKey(id: "a")]).preview(in: snapshot, at: now)
    #expect(
      one.changes == ["1 dead letter becomes due now: last_attempt is set to 0, retry_count stays."]
    )
    #expect(one.files == ["mem0_queue_dlq.json"])
    #expect(one.command == "mem0top retry a")
    let keys = try #require(snapshot.deadLetters.content).items.map(\.key)
    #expect(RetryItems(keys: keys).preview(in: snapshot, at: now).command == "mem0top retry --all")
    #expect(
      RetryItems(keys: Array(keys.dropFirst())).preview(in: snapshot, at: now).command
        == #"mem0top retry b 'it'\''s'"#
    )
    let many = RetryItems(keys: (0..<25).map { ItemKey(id: "\($0)") })
    #expect(many.preview(in: snapshot, at: now).command.hasSuffix(" 18 19 …"))
  }
}
