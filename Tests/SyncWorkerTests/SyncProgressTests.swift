import QueueEngine
import Testing

@testable import SyncWorker

/// The figures that a person watches while the worker runs.
struct SyncProgressTests {
  private func turn(pending: Int, _ events: WorkTurn.Event...) -> WorkTurn {
    var turn = WorkTurn()
    turn.pending = pending
    turn.events = events
    return turn
  }

  @Test func itCountsWhatIsSettledAndWhatIsLeft() {
    var progress = SyncProgress()
    progress.note(turn(pending: 3))
    #expect(progress.done == 0 && progress.total == 3)
    progress.note(turn(pending: 2, .synced(project: "p", id: "a")))
    progress.note(turn(pending: 2, .retried(project: "p", id: "b", count: 1)))
    #expect(progress.done == 2 && progress.total == 3)
  }

  /// What a producer adds as the run ends, or another worker has claimed, is for another run.
  @Test func itEndsAtItsTotal() {
    var progress = SyncProgress()
    progress.note(turn(pending: 5, .synced(project: "p", id: "a")))
    #expect(progress.done == 1 && progress.total == 6)
    progress.finish()
    #expect(progress.done == 1 && progress.total == 1)
  }
}
