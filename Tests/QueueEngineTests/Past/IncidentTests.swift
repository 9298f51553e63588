import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Incidents: written once though several programs watch, kept across restarts, bounded, and ended by whom.
struct IncidentTests {
  private static let start = Timestamp(1_767_200_400)
  private let root: TemporaryDirectory
  private let settings: EngineSettings

  init() throws {
    root = try TemporaryDirectory()
    settings = EngineSettings(directory: root.path, stateDirectory: root.path("state"))
  }

  private var log: IncidentLog { IncidentLog(settings: settings) }
  private var path: String { StateDirectory(settings: settings).path(of: "incidents") }

  private func at(_ seconds: Int) -> Timestamp { Self.start + .seconds(seconds) }

  private func finding(_ code: FindingCode, since: Int? = nil) -> Finding {
    Finding(
      code,
      "The sentence of \(code.rawValue)",
      evidence: ["pid 4242 is not running", "36 items wait"],
      since: since.map(at)
    )
  }

  private var allClear: Finding { Finding(.allClear, "Nothing is wrong") }

  private func note(
    _ log: inout IncidentLog,
    _ codes: [FindingCode],
    _ seconds: Int,
    knowsServer: Bool = true,
    watchedUntil: Int? = nil
  ) {
    _ = log.note(
      codes.isEmpty ? [allClear] : codes.map { finding($0, since: $0 == .staleLock ? -600 : nil) },
      knowsServer: knowsServer,
      watchedUntil: watchedUntil.map(at),
      now: at(seconds)
    )
  }

  /// Has the audit log say that a key cleared the lock.
  private func clearLock(_ seconds: Int) throws {
    let entry = AuditEntry(
      time: at(seconds).iso8601,
      origin: .key,
      action: ActionKind.clearLock.row.journalName,
      result: .done,
      summary: "Cleared the lock.",
      changed: 1,
      evidence: []
    )
    try AuditLog(settings: settings).append(entry)
  }

  private var kept: [Incident] {
    var log = log
    _ = log.refresh()
    return log.book.incidents
  }

  /// The act is written down a moment after the files have changed, and who looks in between sees an end
  /// by itself.
  @Test func whoEndedItMayTurnOutAMomentLater() throws {
    var log = log
    note(&log, [.staleLock], 0)
    note(&log, [.staleLock], 10)
    note(&log, [], 20)
    #expect(kept[0].endText() == "ended by itself")
    try clearLock(20)
    note(&log, [], 21)
    #expect(kept[0].end?.origin == .key && kept[0].end?.action == .clearLock)
    #expect(kept[0].end?.moment == at(20))
  }

  /// An act that comes long after the end has not brought it.
  @Test func anActLongAfterTheEndHasNotBroughtIt() throws {
    var log = log
    note(&log, [.staleLock], 0)
    note(&log, [.staleLock], 10)
    note(&log, [], 20)
    try clearLock(60)
    note(&log, [], 22)
    note(&log, [], 61)
    #expect(kept[0].endText() == "ended by itself")
  }

  @Test func anIncidentBeginsGoesOnAndEnds() throws {
    var log = log
    note(&log, [], 0)
    #expect(kept.isEmpty)
    note(&log, [.staleLock, .deadLetterInvestigate], 10)
    note(&log, [.staleLock, .deadLetterInvestigate], 20)
    #expect(kept.map(\.code) == [.staleLock, .deadLetterInvestigate])
    #expect(kept.map(\.since) == [at(-600), at(10)])
    #expect(kept[0].evidence == ["pid 4242 is not running", "36 items wait"])
    note(&log, [.deadLetterAlert], 30)
    let ended = kept[0]
    #expect(ended.end?.moment == at(30) && ended.end?.lastSeen == at(20))
    #expect(ended.endText() == "ended by itself")
    #expect(ended.duration(at: at(999)) == .seconds(630))
    // It grew worse, and is the same trouble.
    #expect(kept.map(\.code) == [.staleLock, .deadLetterAlert])
    #expect(kept[1].severity == .critical && kept[1].end == nil)
  }

  @Test func severalProgramsWriteItOnce() {
    var logs = [log, log, log]
    for second in [0, 10, 20, 30] {
      for index in logs.indices {
        let codes: [FindingCode] = second == 10 || second == 20 ? [.lockHung] : []
        note(&logs[index], codes, second + index)
      }
    }
    #expect(kept.count == 1)
    #expect(kept[0].end?.moment == at(30))
    #expect(logs.allSatisfy { $0.book.incidents == kept })
  }

  @Test func aLookAtWhatIsAsItWasWritesNothing() throws {
    var log = log
    note(&log, [.lockHung], 0)
    let before = try FileStamp.at(path)
    for second in 1..<100 { note(&log, [.lockHung], second) }
    #expect(try FileStamp.at(path) == before)
  }

  @Test func itOutlivesTheProgramAndMayEndWhileNobodyWatches() {
    var first = log
    note(&first, [.lockHung], 0)
    var second = log
    note(&second, [.lockHung], 500)
    #expect(kept.count == 1 && kept[0].since == at(0))
    var third = log
    note(&third, [], 9000, watchedUntil: 700)
    #expect(kept[0].end?.moment == at(9000) && kept[0].end?.lastSeen == at(700))
    #expect(kept[0].endText() == "ended while nobody watched")
  }

  private func act(
    _ action: String,
    _ origin: ActionOrigin,
    _ seconds: Int,
    _ summary: String,
    changed: Int = 1
  ) throws {
    try AuditLog(settings: settings).append(
      AuditEntry(
        time: at(seconds).iso8601,
        origin: origin,
        action: action,
        result: .done,
        summary: summary,
        changed: changed,
        evidence: []
      )
    )
  }

  @Test(
    arguments: [
      ("end_holder", ActionOrigin.key, "ended by you: end holder, pid 3120"),
      ("clear_lock", .command, "ended from the command line: clear lock, pid 3120"),
      ("clear_lock", .worker, "ended by the worker"), ("retry_items", .key, "ended by itself"),
    ]
  )
  func whoEndedItIsKnown(action: String, origin: ActionOrigin, text: String) throws {
    var log = log
    note(&log, [.lockHung], 0)
    try act("clear_lock", .key, -50, "Cleared the lock: pid 1 is not running.")
    try act(action, origin, 95, "Ended pid 3120, python3 worker.py. Cleared the lock.")
    note(&log, [.lockHung], 90)
    note(&log, [], 100)
    #expect(kept[0].endText() == text)
    #expect(
      kept[0].endText { $0 == .endHolder ? "C" : nil }
        == (action == "end_holder" ? "ended by you: C, pid 3120" : text)
    )
  }

  /// A lock that was cleared before nobody worked did not end that; a run did, whatever came of it.
  @Test(arguments: [
    ("clear_lock", ActionOrigin.key, "ended by itself"), ("sync", .key, "ended by you: sync"),
  ])
  func onlyWhatBearsOnItEndsIt(action: String, origin: ActionOrigin, text: String) throws {
    var log = log
    note(&log, [.workerNotRunning], 0)
    try act(action, origin, 5, "It was done.", changed: action == "sync" ? 0 : 1)
    note(&log, [], 10)
    #expect(kept[0].endText() == text)
  }

  /// Entries are dated by whole seconds: one of the second before the beginning did not end it.
  @Test(arguments: [(-1, "ended by itself"), (0, "ended by you: clear lock")])
  func whatWasDoneBeforeItBeganDidNotEndIt(second: Int, text: String) throws {
    var log = log
    note(&log, [.lockHung], 0)
    try act("clear_lock", .key, second, "Cleared the lock.")
    note(&log, [], 10)
    #expect(kept[0].endText() == text)
  }

  @Test func whoDoesNotKnowTheServerDoesNotEndItsOutage() {
    var dashboard = log
    note(&dashboard, [.serverDown], 0)
    var daemon = log
    note(&daemon, [], 5, knowsServer: false)
    note(&daemon, [.lockHung], 10, knowsServer: false)
    note(&daemon, [], 15, knowsServer: false)
    #expect(kept.map(\.code) == [.serverDown, .lockHung])
    #expect(kept[0].end == nil && kept[1].end != nil)
    // A dashboard that starts does not know it yet, and ends it once it does.
    var next = log
    note(&next, [], 100, knowsServer: false)
    #expect(kept[0].end == nil)
    note(&next, [], 110)
    #expect(kept[0].end?.moment == at(110))
  }

  @Test func whatComesBackWithinAMinuteIsTheSame() {
    var log = log
    note(&log, [.lockHung], 0)
    note(&log, [], 100)
    note(&log, [.lockHung], 150)
    #expect(kept.count == 1 && kept[0].end == nil)
    note(&log, [], 200)
    note(&log, [.lockHung], 270)
    #expect(kept.count == 2)
  }

  /// What was mended and has begun anew since is another, however soon.
  @Test(arguments: [(110, 2), (50, 1)])
  func whatBeginsAnewAfterARemedyIsAnother(since: Int, count: Int) throws {
    var log = log
    note(&log, [.lockHung], 0)
    note(&log, [.lockHung], 90)
    try act("clear_lock", .key, 95, "Cleared the lock: pid 1 is not running.")
    note(&log, [], 100)
    _ = log.note([finding(.lockHung, since: since)], knowsServer: true, now: at(130))
    #expect(kept.count == count)
  }

  @Test func somebodyIsToldOnceAndOnceWhenItIsOver() {
    var logs = [log, log]
    func told(_ seconds: Int) -> [Bool] {
      logs.indices.flatMap { index in
        logs[index].claim([.bell, .command], from: .warning, at: at(seconds)).map(\.isOver)
      }
    }
    for index in logs.indices { note(&logs[index], [.lockHung], index) }
    #expect(told(5) == [false])
    #expect(told(6).isEmpty)
    for index in logs.indices { note(&logs[index], [], 10 + index) }
    #expect(told(30).isEmpty)
    for index in logs.indices { note(&logs[index], [], 80 + index) }
    #expect(told(81) == [true])
    #expect(told(500).isEmpty)
    // Another program finds nothing left to tell.
    var later = log
    note(&later, [], 600)
    #expect(later.claim([.bell, .command], from: .warning, at: at(600)).isEmpty)
  }

  @Test func eachWayIsToldOnce() {
    var daemon = log
    var dashboard = log
    note(&daemon, [.serverDown], 0)
    note(&dashboard, [.serverDown], 1)
    let first = daemon.claim([.command], from: .critical, at: at(2))
    #expect(first.map(\.channels) == [[.command]])
    _ = dashboard.refresh()
    let second = dashboard.claim([.bell, .command], from: .critical, at: at(3))
    #expect(second.map(\.channels) == [[.bell]])
  }

  @Test func aWarningIsNotToldWhereOnlyCriticalIs() {
    var log = log
    note(&log, [.lockContended], 0)
    #expect(log.claim([.bell], from: .critical, at: at(1)).isEmpty)
    #expect(log.claim([.bell], from: .warning, at: at(1)).count == 1)
  }

  @Test func whatIsBackIsToldAgain() {
    var log = log
    note(&log, [.lockHung], 0)
    #expect(log.claim([.bell], from: .warning, at: at(1)).count == 1)
    note(&log, [], 10)
    note(&log, [.lockHung], 30)
    // Nobody was told that it was over.
    #expect(log.claim([.bell], from: .warning, at: at(31)).isEmpty)
  }

  @Test(.tags(.slow)) func theFileIsBounded() throws {
    var log = log
    for round in 0..<300 {
      note(&log, [.lockHung], round * 200)
      note(&log, [], round * 200 + 100)
    }
    #expect(kept.count == 200 && kept.last?.number == 300)
    let size = try FileStamp.at(path).size
    #expect(size <= 256 << 10)
  }

  @Test func aLineThatIsSpoiltHidesNoOther() throws {
    var log = log
    note(&log, [.lockHung, .serverDown], 0)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try (text + "{\"number\":3,\"code\"\n\n{}\n").write(
      toFile: path,
      atomically: false,
      encoding: .utf8
    )
    #expect(kept.count == 2)
    var next = self.log
    note(&next, [], 100)
    #expect(kept.map { $0.end != nil } == [true, true])
  }

  @Test func aPlaceThatCannotBeWrittenIsToldAndTriedAgain() throws {
    try root.write("in the way", to: "state")
    var log = log
    note(&log, [.lockHung], 0)
    #expect(log.problem != nil)
    #expect(log.claim([.bell], from: .warning, at: at(1)).isEmpty)
    try FileManager.default.removeItem(atPath: root.path("state"))
    note(&log, [.lockHung], 20)
    #expect(log.problem == nil && kept.count == 1)
  }

  @Test func hostileTextsAreScrubbedAndCut() {
    var log = log
    let evil = Finding(
      .lockHung,
      "\u{1B}]52;c;AAAA\u{07}" + String(repeating: "x", count: 5000),
      evidence: (0..<50).map { "\($0)\u{202E}" }
    )
    _ = log.note([evil], knowsServer: true, now: at(0))
    #expect(kept[0].summary.count == 300 && !kept[0].summary.contains("\u{1B}"))
    #expect(kept[0].evidence.count == 8)
  }
}
