import Foundation
import QueueEngine
import Testing

@testable import mem0top

@Suite struct StatusReportTests {
  private static let now = Timestamp(1_767_241_812)

  /// The report of a snapshot as programs read it.
  private func json(
    _ snapshot: Snapshot,
    _ findings: [Finding] = []
  ) throws -> [String: Any] {
    let report = StatusReport(snapshot, findings: findings, at: Self.now) {
      $0 == .clearLock ? "c" : nil
    }
    let data = try JSONEncoder().encode(report)
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The keys of every object in a value, by the path to it; list elements share one path.
  private func keys(_ value: Any, at path: String = "") -> [String: Set<String>] {
    if let list = value as? [Any] {
      return list.reduce(into: [:]) { $0.merge(keys($1, at: path + "[]")) { $0.union($1) } }
    }
    guard let object = value as? [String: Any], !path.hasSuffix("projects"),
      !path.hasSuffix("retries")
    else { return [:] }
    return object.reduce(into: [path: Set(object.keys)]) {
      $0.merge(keys($1.value, at: path + "." + $1.key)) { $0.union($1) }
    }
  }

  /// The example of `docs/contract.md#status-json`, with the omission marks filled in.
  private static let example = """
    {"schema":1,"generated_at":"2026-01-01T04:30:12Z","directory":"/home/u/.claude",
     "findings":[{"severity":"critical","code":"false_alarm_stale_lock","summary":"s","evidence":["e"],
       "since":1767230592,"suggestion":{"action":"clear_lock","key":"c","command":"mem0top unlock"}}],
     "vps":{"state":"up","reported":"down","reported_at":"2026-01-01T01:23:12Z",
       "endpoints":[{"name":"api","url":"http://h/","http_status":200,"latency_ms":38,"error":null}]},
     "queue":{"state":"ok","pending":36,"oldest_age_s":11220,"projects":{"p":36},"flagged":0,"failed":0,"error":null,"remarks":[]},
     "lock":{"state":"stale","reason":"dead_pid","clearable":true,"age_s":11220,"pid":4242,"process":null,"holders":[]},
     "dlq":{"state":"ok","size":1,"due":0,"next_due_in_s":42,"projects":{"p":1},"retries":{"3":1},"flagged":0,"error":null,"remarks":[],
       "items":[{"id":"i","project_id":"p","retry_count":3,"last_attempt":1767241614,"delay_s":240,"due_in_s":42,"moved_to_dlq_at":1767240000,"last_error":null,"content_bytes":180,"flags":[]}]},
     "emergency":{"items":2,"other_lines":0,"files":["mem0_emergency.json"],"error":null},
     "stray_copies":[{"file":"/home/u/.claude/mem0_queue_backup.json","items":1}],
     "metrics":{"state":"ok","vps_status":"down","queue_size":0,"dlq_size":12,"total_synced":103,"last_update":"2026-01-01T01:23:12Z","error":null},
     "worker":{"running":[{"pid":1,"command":"w"}],"last_activity":"2026-01-01T04:30:12Z","last_line":"l"},
     "log":{"state":"ok","bytes":1234,"last_lines":["l"],"error":null}}
    """

  /// The snapshot that the example shows.
  private var incident: Snapshot {
    var snapshot = Snapshot(generatedAt: Self.now, directory: "/home/u/.claude")
    var endpoint = EndpointStatus(name: "api", url: "http://h/")
    endpoint.httpStatus = 200
    endpoint.latency = .milliseconds(38)
    endpoint.probedAt = Self.now
    snapshot.server = ServerStatus(endpoints: [endpoint])
    var queue = QueueContents()
    queue.pending = 36
    queue.oldest = Self.now - .seconds(11_220)
    queue.projects = [ProjectCount(project: "p", count: 36)]
    snapshot.queue = FileReading(state: .ok, content: queue)
    snapshot.lock = LockStatus(state: .stale, reason: .deadPID)
    snapshot.lock.modifiedAt = Self.now - .seconds(11_220)
    snapshot.lock.pid = 4242
    var letters = DeadLetters()
    letters.items = [
      DeadLetter(
        key: ItemKey(id: "i"),
        project: "p",
        retryCount: 3,
        lastAttempt: Self.now - .seconds(198),
        movedAt: Timestamp(1_767_240_000),
        contentBytes: 180
      )
    ]
    snapshot.deadLetters = FileReading(state: .ok, content: letters)
    snapshot.emergency.items = 2
    snapshot.emergency.files = ["mem0_emergency.json"]
    let copy = "mem0_queue_backup.json"
    snapshot.strays = [StrayCopy(name: copy, path: "/home/u/.claude/\(copy)", items: 1)]
    var metrics = Metrics()
    metrics.vpsStatus = "down"
    metrics.queueSize = 0
    metrics.deadLetterSize = 12
    metrics.totalSynced = 103
    metrics.lastUpdate = Self.now - .seconds(11_220)
    snapshot.metrics = FileReading(state: .ok, content: metrics)
    snapshot.worker.running = [RunningProcess(pid: 1, command: "w")]
    snapshot.worker.lastActivity = Self.now
    snapshot.worker.lastLine = "l"
    var log = LogTail()
    log.bytes = 1234
    log.lines = [LogLine(text: "l")]
    snapshot.log = FileReading(state: .ok, content: log)
    return snapshot
  }

  private var finding: Finding {
    Finding(
      .falseAlarmStaleLock,
      "s",
      evidence: ["e"],
      since: Timestamp(1_767_230_592),
      suggestion: Suggestion(.clearLock, command: "mem0top unlock")
    )
  }

  @Test func theReportIsTheExampleOfTheSpecification() throws {
    let expected = try #require(
      JSONSerialization.jsonObject(with: Data(Self.example.utf8)) as? NSDictionary
    )
    let report = try json(incident, [finding])
    for (key, value) in expected {
      let name = try #require(key as? String)
      #expect((report[name] as? NSObject) == (value as? NSObject), "\(name)")
    }
    #expect(report.count == expected.count)
  }

  /// A file that stays in place is older than any hold of it.
  @Test func theAgeOfALockThatIsHeldIsTheHolds() throws {
    var snapshot = incident
    (snapshot.lock.state, snapshot.lock.reason) = (.hung, nil)
    snapshot.lock.heldSince = Self.now - .seconds(40)
    let lock = try #require(try json(snapshot)["lock"] as? [String: Any])
    #expect(lock["age_s"] as? Int == 40)
  }

  @Test func whatIsNotKnownIsAnExplicitNull() throws {
    let known = keys(try json(incident, [finding]))
    var empty = Snapshot(generatedAt: Self.now, directory: "/d")
    empty.server.endpoints = [EndpointStatus(name: "a", url: "u")]
    let unknown = keys(
      try json(empty, [Finding(.allClear, "s", suggestion: Suggestion(.recoverFile))])
    )
    for (path, names) in unknown { #expect(known[path] == names, "\(path)") }
    let queue = try #require(try json(empty)["queue"] as? [String: Any])
    #expect(queue["pending"] is NSNull)
    #expect(queue["state"] as? String == "missing")
    #expect((queue["projects"] as? [String: Int])?.isEmpty == true)
    let findings = try #require(
      try json(empty, [Finding(.allClear, "s")])["findings"] as? [[String: Any]]
    )
    #expect(findings.first?["suggestion"] is NSNull)
  }

  @Test func theTimeUntilARetryIsRoundedUpSoThat0MeansDue() throws {
    func entry(_ lastAttempt: Double, _ retries: Int) throws -> [String: Any] {
      var snapshot = incident
      snapshot.deadLetters.content?.items = [
        DeadLetter(
          key: ItemKey(id: "i"),
          project: "p",
          retryCount: retries,
          lastAttempt: Timestamp(lastAttempt)
        )
      ]
      let letters = try #require(try json(snapshot)["dlq"] as? [String: Any])
      var entry = try #require((letters["items"] as? [[String: Any]])?.first)
      entry["due"] = letters["due"]
      entry["next"] = letters["next_due_in_s"]
      return entry
    }
    let now = Self.now.secondsSinceEpoch
    let soon = try entry(now - 29.5, 0)
    #expect(soon["due_in_s"] as? Int == 1)
    #expect(soon["due"] as? Int == 0)
    #expect(soon["next"] as? Int == 1)
    let due = try entry(now - 30, 0)
    #expect(due["due_in_s"] as? Int == 0)
    #expect(due["due"] as? Int == 1)
    #expect(due["next"] is NSNull)
    #expect(try entry(0, 9)["due_in_s"] as? Int == 0)
    #expect(try entry(now, .max)["delay_s"] as? Int == 3600)
  }

  @Test func aTimeThatJSONCannotHoldIsNull() throws {
    var snapshot = incident
    snapshot.deadLetters.content?.items = [
      DeadLetter(
        key: ItemKey(id: "i"),
        project: "p",
        retryCount: 0,
        lastAttempt: Timestamp(.infinity),
        movedAt: Timestamp(.nan)
      )
    ]
    let letters = try #require(try json(snapshot)["dlq"] as? [String: Any])
    let entry = try #require((letters["items"] as? [[String: Any]])?.first)
    #expect(entry["last_attempt"] is NSNull)
    #expect(entry["moved_to_dlq_at"] is NSNull)
  }

  @Test(arguments: [
    (0.0, "1970-01-01T00:00:00Z"), (1_767_241_812.9, "2026-01-01T04:30:12Z"),
    (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
    (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    (1e300, "9999-12-31T23:59:59Z"), (-1e300, "0001-01-01T00:00:00Z"),
    (.nan, "1970-01-01T00:00:00Z"),
  ])
  func aMomentIsWrittenInUTC(seconds: Double, text: String) {
    #expect(Timestamp(seconds).iso8601 == text)
  }
}
