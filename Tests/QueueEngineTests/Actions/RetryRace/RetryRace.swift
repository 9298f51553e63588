import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Retries here and a worker in Python there, on one file, and the account of what became of it all.
struct RetryRace {
  /// What both sides did, and what the file tells of it at the end.
  struct Account {
    /// Rounds that the worker made, and those that the file counts.
    var workerRounds = 0
    var countedRounds = 0
    /// Items that the worker added and that are not in the file.
    var lostItems = 0
    /// Retries that changed an item, those that the worker took up, and those it has yet to.
    var retries = 0
    var takenUp = 0
    var pending = 0
    /// Why retries were refused, each reason once, in their own words.
    var refusals: Set<String> = []
    /// How long either side waited at most.
    var longestWait = Duration.zero
    var longestWorkerWait = Duration.zero

    /// How many updates of the worker were lost; below 0, an old state came back.
    var lostRounds: Int { workerRounds - countedRounds }
    /// How many retries were lost; below 0, some came back.
    var lostRetries: Int { retries - takenUp - pending }

    var hasLosses: Bool { lostRounds != 0 || lostItems != 0 || lostRetries != 0 }
  }

  private struct Letters: Decodable {
    struct Item: Decodable {
      let id: String
      let lastAttempt: Double
      let acks: Int?
    }
    let rounds: Int
    let items: [Item]
  }

  private struct WorkerReport: Decodable {
    let rounds: Int
    let longestWait: Double
  }

  /// Fewer retries than this prove nothing.
  static let fewestRetries = 20
  private static let itemCount = 8

  let scene: RetryScene
  /// As a person sets them: that a file with a POSIX lock stays in place must be said.
  let settings: EngineSettings
  let style: RetryRaceWorker.Style
  let seed: UInt64

  init(style: RetryRaceWorker.Style, seed: UInt64 = .random(in: 0...999_999)) throws {
    let items = (0..<Self.itemCount).map { #"{"id":"s-\#($0)","last_attempt":1}"# }
    scene = try RetryScene("{\"rounds\":0,\"items\":[\(items.joined(separator: ","))]}")
    self.style = style
    self.seed = seed
    var settings = scene.settings
    if style == .lockf { settings.lockStyle = .flock }
    self.settings = settings
    print("retry race \(style) with seed \(seed)")
  }

  /// Runs both sides for a time; `retry` makes one item due and says whether it was not due before.
  ///
  /// On a busy machine it goes on for longer, until there were enough retries to judge by.
  func run(
    for duration: Duration,
    retry: (ItemKey) throws(ActionError) -> Bool
  ) throws -> Account {
    let worker = try PythonChild(
      RetryRaceWorker.program,
      arguments: [style.rawValue, scene.directory.path, "\(seed)"]
    )
    try #require(worker.firstLine == "ready")
    var generator = SeededGenerator(seed: seed)
    var account = Account()
    let end = ContinuousClock.now + duration
    let latest = end + .seconds(20)
    while ContinuousClock.now < (account.retries < Self.fewestRetries ? latest : end) {
      let item = ItemKey(id: "s-\(Int.random(in: 0..<Self.itemCount, using: &generator))")
      let start = ContinuousClock.now
      do throws(ActionError) {
        if try retry(item) { account.retries += 1 }
      } catch {
        account.refusals.insert(error.description)
      }
      account.longestWait = max(account.longestWait, ContinuousClock.now - start)
      poll(nil, 0, Int32.random(in: 0...4, using: &generator))
    }
    worker.finish()
    return try settle(account)
  }

  /// Compares what both sides say that they did with what is in the file.
  private func settle(_ start: Account) throws -> Account {
    var account = start
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(
      WorkerReport.self,
      from: Data(contentsOf: URL(filePath: scene.directory.path("worker.json")))
    )
    let letters = try decoder.decode(Letters.self, from: Data(scene.bytes()))
    account.workerRounds = report.rounds
    account.longestWorkerWait = .seconds(report.longestWait)
    account.countedRounds = letters.rounds
    let ids = Set(letters.items.map(\.id))
    account.lostItems = stride(from: 5, through: report.rounds, by: 5).count {
      !ids.contains("py-\($0)")
    }
    account.takenUp = letters.items.reduce(0) { $0 + ($1.acks ?? 0) }
    account.pending = letters.items.count { $0.lastAttempt == 0 }
    return account
  }
}
