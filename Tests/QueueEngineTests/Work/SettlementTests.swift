import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What each kind of result does to the bytes of the files, by hand.
@Suite("Settlement")
struct SettlementTests {
  @Test("a delivered item leaves the queue, the totals count it, and no other byte changes")
  func delivered() throws {
    let scene = try WorkScene(
      queue: """
        {"note" : "é\\ud800", "queue": [
          {"id":"a","project_id":"p","content":"1","odd": [1,  2]},
          {"id":"b","project_id":"q","content":"2"}
        ],
        "last_100": [ ], "stats": {"total_queued": 9, "total_synced":7, "total_failed": 1,
          "last_sync": 1732945600, "x": 1.0}}

        """
    )
    let turn = try scene.settle { $0.memory.id == "b" ? .delivered : .returned(mayBeStored: false) }
    #expect(turn.events == [.synced(project: "q", id: "b")])
    #expect((turn.pending, turn.deadLetterCount, turn.undeliverable) == (1, 0, 0))
    #expect(
      try scene.queueText == """
        {"note" : "é\\ud800", "queue": [
          {"id":"a","project_id":"p","content":"1","odd": [1,  2]}
        ],
        "last_100": [ ], "stats": {"total_queued": 9, "total_synced":8, "total_failed": 1,
          "last_sync": 1732945700, "x": 1.0}}

        """
    )
    #expect(!FileManager.default.fileExists(atPath: scene.settings.path(of: \.deadLetters)))
  }

  @Test(
    "last_sync keeps its form, and stays where it is no time",
    arguments: [
      ("1.5", "1732945700.5"), ("\"2025-11-30T04:38:18Z\"", "\"2024-11-30T05:48:20Z\""),
      ("null", "1732945700.5"), ("\"never\"", "\"never\""), ("NaN", "NaN"),
    ]
  )
  func lastSync(_ before: String, _ after: String) throws {
    let item = WorkScene.item("a")
    let scene = try WorkScene(queue: "{\"stats\":{\"last_sync\":\(before)},\"queue\":[\(item)]}")
    _ = try scene.settle { _ in .delivered }
    #expect(try scene.queueText == "{\"stats\":{\"last_sync\":\(after)},\"queue\":[]}")
  }

  @Test("a failure is counted in the item, where it has a count and where it has none")
  func failed() throws {
    let (counted, other) = (WorkScene.item("a", more: ", \"retries\": 2"), WorkScene.item("b"))
    let scene = try WorkScene(queue: "{\"queue\":[\(counted),\(other)]}")
    let turn = try scene.settle { _ in .failed(cause: "HTTP 502", mayBeStored: false) }
    #expect(
      turn.events == [
        .retried(project: "p", id: "a", count: 3), .retried(project: "p", id: "b", count: 1),
      ]
    )
    let cause = ",\"last_error\":\"HTTP 502\""
    let changed = WorkScene.item("a", more: ", \"retries\": 3, \"last_error\": \"HTTP 502\"")
    let added = WorkScene.item("b", more: ",\"retries\":1\(cause)")
    #expect(try scene.queueText == "{\"queue\":[\(changed),\(added)]}")
  }

  @Test("at the fifth failure an item becomes a dead letter, its own bytes as they were")
  func movedToDeadLetters() throws {
    let item = """
      {"id": "a", "x": 1.0, "project_id": "p", "content": "\\u00e9", "timestamp": 1732945600, "retries": 4}
      """
    let scene = try WorkScene(
      queue: "{\"queue\":[\(item)], \"stats\": {\"total_failed\": 3, \"total_synced\": 1}}",
      deadLetters: """
        {"last_update": "2025-11-30T04:38:18Z", "items": [{"id": "z"}]}
        """
    )
    let turn = try scene.settle { _ in .failed(cause: "HTTP 422 \"bad\"", mayBeStored: false) }
    #expect(turn.events == [.movedToDeadLetters(project: "p", id: "a", retries: 5)])
    #expect((turn.pending, turn.deadLetterCount) == (0, 2))
    #expect(
      try scene.lettersText == """
        {"last_update": "2024-11-30T05:48:20Z", "items": [{"id": "z"}, {"id": "a", "x": 1.0, \
        "project_id": "p", "content": "\\u00e9", "timestamp": 1732945600, "retries": 5, \
        "retry_count": 0, "last_attempt": 1732945700, "moved_to_dlq_at": 1732945700, \
        "last_error": "HTTP 422 \\"bad\\""}]}
        """
    )
    #expect(
      try scene.queueText
        == "{\"queue\":[], \"stats\": {\"total_failed\": 4, \"total_synced\": 1}}"
    )
  }

  @Test("the file of dead letters is created where there is none, readable by its owner alone")
  func createsDeadLetters() throws {
    let item = WorkScene.item("a", more: ",\"retries\":9")
    let scene = try WorkScene(queue: "{\"queue\":[\(item)]}")
    _ = try scene.settle { _ in .failed(cause: "timeout", mayBeStored: true) }
    let text = try scene.lettersText
    let letter = WorkScene.item(
      "a",
      more: """
        ,"retries":10,"retry_count":0,"last_attempt":1732945700.5,"moved_to_dlq_at":1732945700.5,\
        "last_error":"timeout"
        """
    )
    #expect(
      text == "{\"items\": [\(letter)], \"last_update\": \"\(TimeToken.local(WorkScene.now))\"}"
    )
    #expect(try FileStamp.at(scene.settings.path(of: \.deadLetters)).mode & 0o777 == 0o600)
    #expect(try scene.queueText == "{\"queue\":[]}")
  }

  @Test("a dead letter counts its retry, or leaves when it is delivered")
  func deadLetters() throws {
    let failing = WorkScene.item("a", more: ",\"last_attempt\":0,\"retry_count\":3")
    let fresh = WorkScene.item("b", more: ",\"last_attempt\":1.25")
    let waiting = WorkScene.item("c", more: ",\"retry_count\":7,\"last_attempt\":1732945700")
    let last = WorkScene.item("d", more: ",\"last_error\":\"old\"")
    let scene = try WorkScene(
      deadLetters: "{\"items\":[\(failing),\(fresh),\(waiting),\(last)],\"last_update\":5}"
    )
    let turn = try scene.settle { item in
      item.memory.id == "b" ? .delivered : .failed(cause: "HTTP 500", mayBeStored: false)
    }
    #expect(
      turn.events == [
        .deadLetterRetried(project: "p", id: "a", count: 4, delay: .seconds(480)),
        .recovered(project: "p", id: "b", retries: 0),
        .deadLetterRetried(project: "p", id: "d", count: 1, delay: .seconds(60)),
      ]
    )
    let (one, two) = (
      WorkScene.item(
        "a",
        more: ",\"last_attempt\":1732945700,\"retry_count\":4,\"last_error\":\"HTTP 500\""
      ),
      WorkScene.item(
        "d",
        more: ",\"last_error\":\"HTTP 500\",\"retry_count\":1,\"last_attempt\":1732945700.5"
      )
    )
    #expect(
      try scene.lettersText == "{\"items\":[\(one),\(waiting),\(two)],\"last_update\":1732945700}"
    )
    #expect(turn.waiting.map(\.project) == ["p", "p", "p"])
    #expect(turn.waiting.map(\.remaining) == [.seconds(479.5), .seconds(3599.5), .seconds(60)])
    #expect(!FileManager.default.fileExists(atPath: scene.settings.path(of: \.queue)))
  }

  @Test("an item that left, or says something else now, has vanished; nothing of it is touched")
  func vanished() throws {
    let scene = try WorkScene(queue: WorkScene.queue(["a", "b", "c"]))
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 9, now: WorkScene.now).claimed
    let other = "{\"queue\":[{\"id\":\"b\",\"project_id\":\"p\",\"content\":\"other\"}]}"
    try scene.directory.write(other, to: "mem0_queue.json")
    let turn = try ledger.turn(
      settling: claimed.map { ($0, .delivered) },
      claiming: 9,
      now: WorkScene.now
    )
    #expect(turn.events == ["a", "b", "c"].map { .vanished(project: "p", id: $0) })
    #expect(try scene.queueText == other)
    #expect(turn.claimed.map(\.memory.content) == ["other"])
  }

  @Test("of items that share an id each is settled by what it says")
  func sharedIDs() throws {
    let twins = (1...3).map { #"{"id":"t","project_id":"p","content":"\#($0)"}"# }
    let scene = try WorkScene(queue: "{\"queue\":[\(twins.joined(separator: ","))]}")
    var ledger = WorkLedger(settings: scene.settings)
    let claimed = try ledger.turn(settling: [], claiming: 9, now: WorkScene.now).claimed
    #expect(claimed.map(\.key.occurrence) == [0, 1, 2])
    for item in claimed.dropLast() {
      let turn = try ledger.turn(settling: [(item, .delivered)], claiming: 0, now: WorkScene.now)
      #expect(turn.events == [.synced(project: "p", id: "t")])
    }
    #expect(try scene.queueText == "{\"queue\":[\(twins[2])]}")
  }
}
