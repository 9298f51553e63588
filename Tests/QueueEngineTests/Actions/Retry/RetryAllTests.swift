import Testing

@testable import QueueEngine

/// A retry of everything, for which nobody has read the list first.
@Suite("Retry of all")
struct RetryAllTests {
  private func retryAll(_ scene: RetryScene) throws(ActionError) -> ActionOutcome {
    try RetryAll().perform(settings: scene.settings)
  }

  private static func letters(_ times: String...) -> String {
    let items = zip(["a", "b", "a", "a"], times).map {
      #"{"id":"\#($0)","last_attempt":\#($1)}"#
    }
    return #"{"items":[\#(items.joined(separator: ", ")), {"last_attempt":9}, null]}"#
  }

  @Test("every item with an id becomes due, those that share one included")
  func changesAll() throws {
    let scene = try RetryScene(Self.letters("5", "6.5", "0", "1e9"))
    let outcome = try retryAll(scene)
    #expect(outcome.changed == 3)
    #expect(
      outcome.summary
        == "3 dead letters are due now; 1 had been made due before; 2 without an id cannot be selected."
    )
    #expect(try scene.text() == Self.letters("0", "0", "0", "0"))
  }

  @Test("an undo gives each of several with one id its own time back")
  func isTakenBack() throws {
    let before = Self.letters("5", "6.5", "0", "1e9")
    let scene = try RetryScene(before)
    _ = try retryAll(scene)
    let undone = try UndoChange().perform(settings: scene.settings)
    #expect(undone.changed == 3)
    #expect(try scene.text() == before)
  }

  @Test("where all are due nothing is written")
  func dueAlready() throws {
    let scene = try RetryScene(Self.letters("0", "0", "0", "0"))
    let before = try scene.fingerprint()
    #expect(try retryAll(scene).changed == 0)
    #expect(try scene.fingerprint() == before)
  }

  @Test("no dead letters are nothing to do; some without an id are a refusal")
  func noneToName() throws {
    let empty = try retryAll(RetryScene(#"{"items":[]}"#))
    #expect(empty.changed == 0)
    #expect(empty.summary == "There are no dead letters, so there is nothing to retry.")
    let scene = try RetryScene(#"{"items":[{"last_attempt":9},{"id":""}]}"#)
    let before = try scene.fingerprint()
    let error = #expect(throws: ActionError.self) { try retryAll(scene) }
    #expect(error?.description == "None of the dead letters has an id.")
    #expect(try scene.fingerprint() == before)
  }

  @Test("what it would do is told by the snapshot")
  func preview() throws {
    let scene = try RetryScene(Self.letters("5", "6.5", "0", "1e9"))
    let snapshot = scene.snapshot()
    let preview = RetryAll().preview(in: snapshot, at: Timestamp(0))
    #expect(preview.command == "mem0top retry --all")
    #expect(
      preview.changes == [
        "6 dead letters become due now: last_attempt is set to 0, retry_count stays."
      ]
    )
    #expect(RetryAll().availability(in: snapshot, at: Timestamp(0)) == .available)
  }
}
