import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Each finding says since when it is so, from what is known at the first look already.
@Suite struct SinceTests {
  private let scene: WorkScene
  private let now = Timestamp(Date().timeIntervalSince1970)

  init() throws { scene = try WorkScene() }

  private func finding(_ code: FindingCode, at now: Timestamp? = nil) -> Finding? {
    var reader = SnapshotReader(settings: scene.settings)
    return finding(code, reader.read(now: now ?? self.now), at: now)
  }

  private func finding(_ code: FindingCode, _ snapshot: Snapshot, at now: Timestamp? = nil)
    -> Finding?
  {
    findings(in: snapshot, at: now ?? self.now, settings: scene.settings).first { $0.code == code }
  }

  private func date(_ path: String, ago seconds: Double) throws {
    let moment = Date(timeIntervalSince1970: now.secondsSinceEpoch - seconds)
    try FileManager.default.setAttributes([.modificationDate: moment], ofItemAtPath: path)
  }

  // MARK: - The directory

  @Test func anEmptyDirectoryHasBeenSoSinceANameLastLeftIt() throws {
    try date(scene.directory.path, ago: 500)
    let since = try #require(finding(.nothingHere)?.since)
    #expect(abs(since.secondsSinceEpoch - now.secondsSinceEpoch + 500) < 1)
  }

  @Test func aDirectoryOfNewFilesIsNotEmpty() throws {
    try scene.directory.write(#"{"queue":[]}"#, to: "mem0_queue.json")
    #expect(finding(.nothingHere) == nil)
  }

  @Test(arguments: ["mem0_emergency.json", "mem0_emergency.json.taken-1"])
  func anEmergencyFileAloneIsSomething(name: String) throws {
    try scene.directory.write(WorkScene.item("a") + "\n", to: name)
    #expect(finding(.nothingHere) == nil)
    #expect(finding(.emergencyItems) != nil)
  }

  @Test func aDirectoryThatIsNotThereIsMissingSinceItsParentLastChanged() throws {
    var settings = scene.settings
    settings.directory = scene.directory.path("no/such")
    let before = Timestamp(Date().timeIntervalSince1970)
    var reader = SnapshotReader(settings: settings)
    let snapshot = reader.read(now: before)
    let found = findings(in: snapshot, at: before, settings: settings)
    let since = try #require(found.first { $0.code == .directoryMissing }?.since)
    #expect(since <= before && before - since < .seconds(60))
    // A later look says the same, whatever comes and goes beside it.
    try scene.directory.write("", to: "something")
    let later = reader.read(now: before + .seconds(100))
    #expect(later.directoryChangedAt == since)
  }

  // MARK: - What cannot be acknowledged

  private static let obstacle = ReplacementObstacle(
    list: .queue,
    cause: .disk,
    sentence: "mem0_queue.json cannot be replaced: no room; nothing of it is sent until then."
  )

  private func record(_ change: (inout ClaimRecord.Content) -> Void) throws {
    var record = ClaimRecord(settings: scene.settings)
    var content = try record.load()
    change(&content)
    try record.save(content)
  }

  @Test func anObstacleStandsSinceTheWorkerFoundItFirst() throws {
    try scene.directory.write(WorkScene.queue(["a"]), to: "mem0_queue.json")
    try record {
      $0.obstacles = [Self.obstacle]
      $0.obstacles[0].since = now - .seconds(777)
    }
    #expect(finding(.cannotAcknowledge)?.since == now - .seconds(777))
  }

  @Test func anObstacleThatNobodyDatedStandsSinceTheFirstLook() throws {
    try scene.directory.write(WorkScene.queue(["a"]), to: "mem0_queue.json")
    try record { $0.obstacles = [Self.obstacle] }
    var reader = SnapshotReader(settings: scene.settings)
    _ = reader.read(now: now)
    let later = now + .seconds(50)
    #expect(finding(.cannotAcknowledge, reader.read(now: later), at: later)?.since == now)
    try record { $0.obstacles = [] }
    #expect(finding(.cannotAcknowledge, reader.read(now: later), at: later) == nil)
  }

  @Test func theClaimsKeepTheFirstSightOfAnObstacle() {
    var claims = Claims(record: ClaimRecord(settings: scene.settings))
    for moment in [now, now + .seconds(600)] {
      _ = try? claims.advance(
        settling: [],
        vanished: [],
        claiming: 1,
        from: nil,
        nil,
        closures: Claims.Closures(obstacles: [Self.obstacle]),
        now: moment
      )
    }
    var record = ClaimRecord(settings: scene.settings)
    #expect((try? record.load().obstacles.first?.since) == now)
  }

  @Test func whatWasAcceptedIsUnacknowledgedSinceItsAnswer() throws {
    let item = WorkScene.item("a")
    try scene.directory.write("{\"queue\":[\(item)]}", to: "mem0_queue.json")
    let listing = try ItemListing(Array("{\"queue\":[\(item)]}".utf8), of: .queue, file: "")
    try record {
      $0.accepted = [
        .init(identity: listing.identity(at: 0), list: .queue, since: now - .seconds(90))
      ]
    }
    #expect(finding(.cannotAcknowledge)?.since == now - .seconds(90))
  }

  // MARK: - The server

  private func status(_ courses: [ProbeCourse.Kind], at moment: Timestamp, since: Timestamp)
    -> ServerStatus
  {
    ServerStatus(
      endpoints: courses.enumerated().map { index, kind in
        var endpoint = EndpointStatus(name: "e\(index)", url: "http://127.0.0.1:\(index)/")
        endpoint.probedAt = moment
        endpoint.consecutiveFailures = kind == .failed ? 3 : 0
        endpoint.history = [0.01]
        endpoint.error = kind == .answered ? nil : "connect: connection refused"
        endpoint.troubledSince = kind == .answered ? nil : since
        return endpoint
      }
    )
  }

  private func found(_ code: FindingCode, _ server: ServerStatus) -> Finding? {
    var snapshot = Snapshot(generatedAt: now, directory: "/queue")
    snapshot.server = server
    return finding(code, snapshot)
  }

  @Test func aServerIsDownSinceTheLastEndpointFailedFirst() {
    var server = status([.failed, .failed], at: now, since: now - .seconds(20))
    server.endpoints[0].troubledSince = now - .seconds(300)
    #expect(found(.serverDown, server)?.since == now - .seconds(20))
  }

  @Test func anEndpointIsDownSinceItsFirstFailure() {
    let server = status([.answered, .failed], at: now, since: now - .seconds(40))
    #expect(found(.endpointDown, server)?.since == now - .seconds(40))
  }

  @Test func aServerRejectsUsSinceItsFirstRefusal() {
    var server = status([.refused], at: now, since: now - .seconds(50))
    server.rejection = "api answers HTTP 401: it rejects our key"
    #expect(found(.serverRejects, server)?.since == now - .seconds(50))
  }

  @Test func programsThatLookOnceKnowWhatThoseBeforeThemSaw() {
    for (minute, kind) in [(0, ProbeCourse.Kind.failed), (10, .failed), (20, .failed)] {
      let moment = now + .seconds(minute * 60)
      var history = ProbeHistory(settings: scene.settings)
      let server = history.complete(
        status([kind, .answered], at: moment, since: moment),
        now: moment
      )
      #expect(abs((found(.endpointDown, server)?.since ?? moment) - now) <= .seconds(1))
    }
    // Nobody looked for an hour: what was between is not known.
    let later = now + .seconds(4800)
    var history = ProbeHistory(settings: scene.settings)
    let server = history.complete(
      status([.failed, .answered], at: later, since: later),
      now: later
    )
    #expect(found(.endpointDown, server)?.since == later)
  }

  @Test func anAnswerBetweenEndsIt() {
    for (minute, kind) in [(0, ProbeCourse.Kind.failed), (5, .answered), (10, .failed)] {
      let moment = now + .seconds(minute * 60)
      var history = ProbeHistory(settings: scene.settings)
      let server = history.complete(
        status([kind, .answered], at: moment, since: moment),
        now: moment
      )
      if kind == .failed { #expect(found(.endpointDown, server)?.since == moment) }
    }
  }

  @Test func whereAllAnswersNothingIsWritten() {
    var history = ProbeHistory(settings: scene.settings)
    _ = history.complete(status([.answered], at: now, since: now), now: now)
    let file = StateDirectory(settings: scene.settings).path(of: "probe.history")
    #expect(access(file, F_OK) != 0)
  }

  // MARK: - Times that lie ahead

  @Test func aTimeAheadStandsSinceTheFileWasWritten() throws {
    let item = WorkScene.item("a", more: ",\"last_attempt\":\(now.secondsSinceEpoch + 9000)")
    try scene.directory.write("{\"items\":[\(item)]}", to: "mem0_queue_dlq.json")
    try date(scene.directory.path("mem0_queue_dlq.json"), ago: 200)
    let since = try #require(finding(.clockSkew)?.since)
    #expect(abs(since.secondsSinceEpoch - now.secondsSinceEpoch + 200) < 1)
  }

  @Test func aLockFromAheadStandsSinceItWasFirstSeen() throws {
    try scene.directory.write("", to: "mem0_queue.lock")
    try date(scene.directory.path("mem0_queue.lock"), ago: -5000)
    var reader = SnapshotReader(settings: scene.settings)
    _ = reader.read(now: now)
    let later = now + .seconds(30)
    let since = try #require(finding(.clockSkew, reader.read(now: later), at: later)?.since)
    #expect(abs(since - now) < .seconds(2))
  }

  @Test func aCopyThatNobodyElseHasIsThereSinceItWasWritten() throws {
    try scene.directory.write(WorkScene.queue(["a"]), to: "mem0_queue.json")
    let copy = "mem0_queue.sync-conflict-1.json"
    let item = WorkScene.item("b", more: ",\"timestamp\":\(now.secondsSinceEpoch + 1)")
    try scene.directory.write("{\"queue\":[\(item)]}", to: copy)
    try date(scene.directory.path(copy), ago: 100)
    let since = try #require(finding(.strayCopies)?.since)
    #expect(abs(since.secondsSinceEpoch - now.secondsSinceEpoch + 100) < 1)
  }
}

private func abs(_ duration: Duration) -> Duration {
  duration < .zero ? .zero - duration : duration
}
