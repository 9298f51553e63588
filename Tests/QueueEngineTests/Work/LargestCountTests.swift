import TestSupport
import Testing

@testable import QueueEngine

/// Counts in the files may be as large as a number can be; to count on from there must not end the worker.
@Suite("The largest counts")
struct LargestCountTests {
  private static let count = ",\"retries\":\(Int.max),\"retry_count\":\(Int.max)"

  private static let results: [DeliveryResult] = [
    .delivered, .failed(cause: "HTTP 500", mayBeStored: false), .returned(mayBeStored: false),
  ]

  @Test(arguments: results)
  func aQueueItemIsSettled(result: DeliveryResult) throws {
    let scene = try WorkScene(
      queue: "{\"queue\":[\(WorkScene.item("a", more: Self.count)),\(WorkScene.item("b"))]}"
    )
    let turn = try scene.settle { $0.key.id == "a" ? result : .delivered }
    #expect(turn.events.contains(.synced(project: "p", id: "b")))
    switch result {
    case .delivered: #expect(turn.events.contains(.synced(project: "p", id: "a")))
    case .failed: #expect(try scene.letterIDs == ["a"])
    case .returned: #expect(try scene.queueIDs == ["a"])
    }
    #expect(turn.pending == (result == Self.results[2] ? 1 : 0))
  }

  @Test(arguments: results)
  func aDeadLetterIsSettled(result: DeliveryResult) throws {
    let scene = try WorkScene(
      deadLetters: "{\"items\":[\(WorkScene.item("a", more: Self.count)),\(WorkScene.item("b"))]}"
    )
    let turn = try scene.settle { $0.key.id == "a" ? result : .delivered }
    #expect(turn.deadLetterCount == (result == .delivered ? 0 : 1))
    if case .failed = result {
      #expect(try scene.lettersText.contains("\"retry_count\":\(Int.max)"))
      #expect(try scene.lettersText.contains("HTTP 500"))
    }
  }

  @Test func theMetricsKeepATotalThatCannotGrow() throws {
    let scene = try WorkScene()
    try scene.directory.write("{\"total_synced\": \(Int.max)}", to: "mem0_metrics.json")
    let figures = MetricsFile.Figures(vpsStatus: nil, pending: 0, deadLetters: 0, synced: 3)
    try MetricsFile(settings: scene.settings).write(figures, now: WorkScene.now)
    #expect(try scene.text(of: "mem0_metrics.json").contains("\"total_synced\": \(Int.max)"))
  }
}
