import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A directory with a queue and dead letters, and a run of a worker on it.
struct WorkScene {
  static let now = Timestamp(1_732_945_700.5)

  let directory: TemporaryDirectory
  let settings: EngineSettings

  init(
    queue: String? = nil,
    deadLetters: String? = nil,
    lockStyle: LockStyleChoice = .auto
  ) throws {
    directory = try TemporaryDirectory()
    var settings = EngineSettings(
      directory: directory.path,
      stateDirectory: directory.path(".state")
    )
    settings.lockStyle = lockStyle
    self.settings = settings
    if let queue { try directory.write(queue, to: "mem0_queue.json") }
    if let deadLetters { try directory.write(deadLetters, to: "mem0_queue_dlq.json") }
  }

  /// The text of a queue item that can be sent.
  static func item(_ id: String, project: String = "p", more: String = "") -> String {
    #"{"id":"\#(id)","project_id":"\#(project)","content":"about \#(id)"\#(more)}"#
  }

  /// The text of a queue with such items.
  static func queue(_ ids: some Sequence<String>) -> String {
    "{\"queue\":[\(ids.map { item($0) }.joined(separator: ","))]}"
  }

  func text(of name: String) throws -> String {
    try String(contentsOfFile: directory.path(name), encoding: .utf8)
  }

  var queueText: String {
    get throws { try text(of: "mem0_queue.json") }
  }

  var lettersText: String {
    get throws { try text(of: "mem0_queue_dlq.json") }
  }

  /// The ids in a file, in its order.
  func ids(in name: String, _ list: String) throws -> [String] {
    let root = try JSONSerialization.jsonObject(with: Data(text(of: name).utf8)) as? [String: Any]
    let items = try #require(root?[list] as? [[String: Any]])
    return items.compactMap { $0["id"] as? String }
  }

  var queueIDs: [String] {
    get throws { try ids(in: "mem0_queue.json", "queue") }
  }

  var letterIDs: [String] {
    get throws { try ids(in: "mem0_queue_dlq.json", "items") }
  }

  /// Claims all that there is, gives each item the result, and settles them in one turn.
  func settle(
    at now: Timestamp = Self.now,
    _ result: (ClaimedItem) -> DeliveryResult
  ) throws -> WorkTurn {
    var ledger = WorkLedger(settings: settings)
    let claimed = try ledger.turn(settling: [], claiming: 64, now: now).claimed
    return try ledger.turn(
      settling: claimed.map { ($0, result($0)) },
      claiming: 0,
      now: now
    )
  }

  /// What a new run claims.
  func claim(_ count: Int = 64, at now: Timestamp = Self.now) throws -> [ClaimedItem] {
    var ledger = WorkLedger(settings: settings)
    return try ledger.turn(settling: [], claiming: count, now: now).claimed
  }
}
