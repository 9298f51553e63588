import DemoWorld
import Foundation
import Mem0Client
import QueueEngine
import SyncWorker
import TestSupport
import Testing

/// A directory with a queue, a real receiver, and runs of the worker between them.
final class SyncScene: Sendable {
  let path: String
  private let directory: TemporaryDirectory
  let settings: EngineSettings
  let receiver: DemoReceiver
  let api: ServerAPI

  private init(
    _ directory: TemporaryDirectory,
    _ receiver: DemoReceiver,
    _ api: ServerAPI
  ) {
    self.directory = directory
    path = directory.path
    self.receiver = receiver
    self.api = api
    settings = EngineSettings(directory: path, stateDirectory: path + "/.state/mem0top")
  }

  /// Sets a scene, and ends its receiver whatever comes of it.
  static func play(
    _ api: ServerAPI = .bridge,
    latency: ClosedRange<Duration> = .zero ... .milliseconds(2),
    _ act: (SyncScene) async throws -> Void
  ) async throws {
    let directory = try TemporaryDirectory()
    let receiver = try await DemoReceiver.start(latency: latency)
    do {
      try await act(SyncScene(directory, receiver, api))
    } catch {
      await receiver.stop()
      throw error
    }
    await receiver.stop()
  }

  /// Runs the worker once.
  func sync(
    concurrency: Int = 8,
    deadline: Duration = .seconds(20),
    stop: StopRequest = StopRequest()
  ) async throws -> SyncReport {
    var server = ServerSettings()
    server.api = api
    server.url = receiver.url
    server.health = receiver.endpoints.map { HealthEndpoint(name: $0.name, url: $0.url) }
    server.custom.health = "/health"
    server.custom.add = "/notes"
    server.custom.body =
      #"{"user_id":"{project}","content":"{content}","metadata":{"queue_id":"{id}"}}"#
    server.custom.accept = "note.id"
    let client = try DeliveryClient(settings: server, environment: [:], deadline: deadline)
    return await SyncRun(
      settings: settings,
      receiver: client,
      concurrency: concurrency,
      stop: stop
    ).run()
  }

  /// Whether this receiver can be asked for what it has.
  var canBeAsked: Bool { api == .mem0 || api == .platform }

  // MARK: The files

  /// The id of an item, as a UUID that says its number.
  static func id(_ number: Int) -> String {
    let digits = String(number)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  /// Queues items `0..<count`, taking the projects by turns.
  func queue(_ count: Int, projects: Int = 4, retries: Int = 0) throws {
    let items = (0..<count).map { number in
      """
      {"id": "\(Self.id(number))", "project_id": "p\(number % projects)", \
      "content": "memory \(number)", "timestamp": 1732945600, "retries": \(retries), "x": 1.0}
      """
    }
    try write(
      "{\"queue\": [\(items.joined(separator: ", "))], \"note\": NaN}",
      to: "mem0_queue.json"
    )
  }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
  }

  func text(of name: String) -> String {
    (try? String(contentsOfFile: path + "/" + name, encoding: .utf8)) ?? ""
  }

  /// The items of a list, as any JSON reader sees them.
  func items(in name: String, _ list: String) throws -> [[String: Any]] {
    let text = text(of: name).replacingOccurrences(of: "NaN", with: "null")
    guard !text.isEmpty else { return [] }
    let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require(root?[list] as? [[String: Any]])
  }

  var queued: [[String: Any]] { get throws { try items(in: "mem0_queue.json", "queue") } }

  var letters: [[String: Any]] { get throws { try items(in: "mem0_queue_dlq.json", "items") } }

  /// How often each item of the queue has failed, by its number.
  var retries: [Int: Int] {
    get throws {
      try queued.reduce(into: [:]) { counts, item in
        let number = (item["id"] as? String).flatMap { Int($0.suffix(12)) }
        if let number { counts[number] = item["retries"] as? Int }
      }
    }
  }

  /// The log without the times before its lines.
  var log: [String] {
    text(of: "logs/mem0_worker.log").split(separator: "\n").map { line in
      String(line.drop { $0 != " " }.dropFirst())
    }
  }

  var hasLock: Bool { FileManager.default.fileExists(atPath: path + "/mem0_queue.lock") }
}
