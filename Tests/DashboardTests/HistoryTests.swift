import Dashboard
import QueueEngine
import Testing

/// The history page: what this session did, and what the audit log tells of others.
struct HistoryTests {
  private let size = Size(columns: 120, rows: 40)

  private func entry(
    _ age: Double,
    _ origin: ActionOrigin,
    _ action: String,
    _ summary: String,
    result: AuditEntry.Result = .done,
    evidence: [String] = []
  ) -> AuditEntry {
    AuditEntry(
      time: World.ago(age).iso8601,
      origin: origin,
      action: action,
      result: result,
      summary: summary,
      changed: 1,
      evidence: evidence
    )
  }

  /// What a command, the worker and another dashboard did.
  private var log: [AuditEntry] {
    [
      entry(90_000, .key, "undo", "There is no retry or drop to take back.", result: .refused),
      entry(
        700,
        .command,
        "retry_items",
        "The dead letter 00000003 is due now.",
        evidence: ["was 9"]
      ),
      entry(60, .worker, "sync", "The disk is full.", result: .failed),
    ]
  }

  private func model(_ size: Size) -> Model {
    var model = World.model(size, World.incident)
    _ = update(&model, .key(.character("c")))
    let request = ActionRequest.clearLock(World.incident.lock)
    _ = update(&model, .actionFinished(request, .success(World.outcome(of: request))))
    _ = update(&model, .key(.character("h")))
    let own = entry(0, .key, "clear_lock", World.outcome(of: request).summary)
    _ = update(&model, .historyLoaded(log + [own]))
    return model
  }

  @Test func openingItReadsTheLog() {
    var model = World.model(size, World.incident)
    #expect(update(&model, .key(.character("h"))) == [.loadHistory])
    #expect(changes(in: &model, by: .historyLoaded(log)).fields == ["auditRecords"])
    #expect(update(&model, .key(.character("h"))).isEmpty)
  }

  @Test func aPersonsActsStandFirstTheLastOnTopAndNoneTwice() {
    let text = screen(model(size)).textRows.joined(separator: "\n")
    let marks = [
      "Cleared the lock", "00000003 is due now", "There is no retry", "The disk is full",
    ]
    let places = marks.map { text.ranges(of: $0).map(\.lowerBound) }
    #expect(places.allSatisfy { $0.count == 1 }, "\(text)")
    #expect(places.flatMap { $0 } == places.flatMap { $0 }.sorted())
  }

  @Test func runsThatCameToTheSameAreOneLine() {
    var model = model(size)
    let runs = (1...5).reversed().map { entry(Double($0 * 600), .worker, "sync", "Nothing waits.") }
    _ = update(&model, .historyLoaded(runs))
    let rows = screen(model).textRows.filter { $0.contains("Nothing waits.") }
    #expect(rows.count == 1 && rows[0].contains("04:20:12  ✔ Nothing waits.  ×5 since 03:40:12"))
  }

  @Test func oneOriginIsShownAlone() {
    var model = model(size)
    let shown = { (text: String) in screen(model).textRows.contains { $0.contains(text) } }
    let expected: [(origin: String, key: Bool, command: Bool, worker: Bool)] = [
      ("keys alone", true, false, false), ("commands alone", false, true, false),
      ("the worker alone", false, false, true), ("keys, commands and worker", true, true, true),
    ]
    for (origin, key, command, worker) in expected {
      _ = update(&model, .key(.character("o")))
      #expect(shown(origin))
      #expect(shown("Cleared the lock") == key && shown("00000003 is due") == command)
      #expect(shown("The disk is full") == worker)
    }
  }

  @Test func aLikeOneFromBeforeIsAnotherOne() {
    var model = model(size)
    let summary = World.outcome(of: .clearLock(World.incident.lock)).summary
    _ = update(&model, .historyLoaded([entry(60, .key, "clear_lock", summary)]))
    let text = screen(model).textRows.joined(separator: "\n")
    #expect(text.ranges(of: summary).count == 2)
  }

  @Test func textsOfTheLogAreMadeSafe() {
    var model = model(size)
    let hostile = entry(5, .command, "\u{1B}[2J", "a\u{202E}b", evidence: ["\u{9B}31m"])
    _ = update(&model, .historyLoaded([hostile]))
    #expect(model.auditRecords.count == 1)
    for text in model.auditRecords.flatMap({ [$0.title, $0.result] + $0.evidence }) {
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
      #expect(!text.unicodeScalars.contains("\u{202E}"))
    }
  }

  @Test(arguments: World.sizes)
  func itsScreen(_ size: Size) throws {
    try expectScreen(model(size), "history-log")
  }
}
