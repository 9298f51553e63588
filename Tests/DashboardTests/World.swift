import Dashboard
import QueueEngine

/// The states of the world that tests look at, all at one fixed moment.
enum World {
  /// 2026-01-01 03:30:12 UTC; 04:30:12 where the tests live.
  static let now = Timestamp(1_767_238_212)
  static let home = "/home/u"
  static let directory = "/home/u/.claude"
  static let sizes = [
    Size(columns: 40, rows: 10), Size(columns: 80, rows: 24), Size(columns: 120, rows: 40),
    Size(columns: 200, rows: 50),
  ]

  /// The size at which the styles of a screen are compared as well.
  static let styledSize = Size(columns: 80, rows: 24)

  /// Sizes at which the layout is another one.
  static let sizesBetween = [
    Size(columns: 60, rows: 24), Size(columns: 60, rows: 40), Size(columns: 100, rows: 30),
    Size(columns: 76, rows: 16), Size(columns: 30, rows: 6),
  ]

  /// Sizes just below or beyond a rule of the layout.
  static let sizesOfOddTerminals = [
    Size(columns: 41, rows: 11), Size(columns: 79, rows: 23), Size(columns: 100, rows: 20),
    Size(columns: 60, rows: 50), Size(columns: 300, rows: 15),
  ]

  static func ago(_ seconds: Double) -> Timestamp { Timestamp(now.secondsSinceEpoch - seconds) }

  static func model(_ size: Size, charset: Charset = .unicode) -> Model {
    Model(
      size: size,
      now: now,
      zoneOffset: .seconds(3600),
      home: home,
      settings: EngineSettings(
        directory: directory,
        stateDirectory: "/home/u/.local/state/mem0top"
      ),
      charset: charset
    )
  }

  /// A model that has seen a snapshot.
  static func model(_ size: Size, _ snapshot: Snapshot, charset: Charset = .unicode) -> Model {
    var model = model(size, charset: charset)
    _ = update(&model, .snapshot(snapshot))
    return model
  }

  /// An existing directory without a file.
  static var empty: Snapshot { Snapshot(generatedAt: now, directory: directory) }

  /// There is no directory.
  static var missing: Snapshot {
    var snapshot = empty
    snapshot.directoryProblem = .missing
    return snapshot
  }

  /// Much goes on, and all is well.
  static var busy: Snapshot {
    var snapshot = empty
    snapshot.server = server(api: 38, sync: 41)
    snapshot.queue = FileReading(
      state: .ok,
      content: queue([("web", 3), ("mem0-brain", 2)], oldest: 94)
    )
    snapshot.lock = LockStatus(state: .held, style: .pidfile)
    snapshot.lock.pid = 4711
    snapshot.lock.heldSince = ago(42)
    snapshot.lock.modifiedAt = ago(42)
    snapshot.lock.process = RunningProcess(
      pid: 4711,
      command: "python3 mem0_queue_worker.py",
      startedAt: ago(43)
    )
    snapshot.lock.holders = snapshot.lock.process.map { [$0] } ?? []
    snapshot.deadLetters = FileReading(state: .ok, content: DeadLetters())
    snapshot.metrics = FileReading(state: .ok, content: metrics("healthy", age: 340))
    snapshot.log = FileReading(
      state: .ok,
      content: log([
        (.synced, "✅ Synced: web (ID: 51c0ffee...)", "51c0ffee"),
        (.retry, "⏳ Retry 2/5: mem0-brain", nil),
        (.waiting, "⏸ Waiting backoff: mem0-brain (retry in 42s)", nil),
        (.recovered, "✅ DLQ recovered: web (ID: 0badcafe...) after 3 retries", "0badcafe"),
        (.done, "✨ Worker done:", nil), (.other, "  Queue: 5 pending", nil),
      ])
    )
    return snapshot
  }

  /// The incident that this program exists for.
  static var incident: Snapshot {
    var snapshot = busy
    snapshot.queue = FileReading(
      state: .ok,
      content: queue([("recording-studio-manager", 20), ("mem0-brain", 16)], oldest: 11_220)
    )
    snapshot.lock = LockStatus(state: .stale, reason: .deadPID, style: .pidfile)
    snapshot.lock.pid = 4242
    snapshot.lock.modifiedAt = ago(11_220)
    snapshot.lock.refusedSomebody = true
    snapshot.lock.evidence = [
      "pid 4242 is not running", "no kernel lock on it", "nobody has the file open",
      "written 3h 07m ago",
    ]
    var letters = DeadLetters()
    letters.items = (0..<12).map(letter)
    snapshot.deadLetters = FileReading(state: .ok, content: letters, contentAsOf: now)
    snapshot.metrics = FileReading(state: .ok, content: metrics("down", age: 11_220))
    snapshot.log = FileReading(
      state: .ok,
      content: log([
        (.retry, "⏳ Retry 5/5: recording-studio-manager", nil),
        (.other, "HTTP 502 Bad Gateway (ID: 00000003...)", "00000003"),
        (
          .movedToDeadLetters,
          "📋 Moved to DLQ: recording-studio-manager (ID: 00000000...) after 5 retries", "00000000"
        ),
        (.deadLetterRetry, "⏳ DLQ retry 3: mem0-brain (next in 240s)", nil),
        (.refused, "Could not acquire queue lock (timeout)", nil),
        (.refused, "Could not acquire queue lock (timeout)", nil),
      ])
    )
    return snapshot
  }

  /// The dead-letter file stopped to parse two minutes ago.
  static var corrupt: Snapshot {
    var snapshot = incident
    snapshot.lock = LockStatus(state: .idle, style: .flock)
    snapshot.deadLetters.state = .corrupt
    snapshot.deadLetters.contentAsOf = ago(120)
    snapshot.deadLetters.problem = ReadProblem(
      "mem0_queue_dlq.json does not parse at byte 4711: the file ends within a string.",
      byteOffset: 4711
    )
    return snapshot
  }

  /// The server does not answer, for two reasons; a third endpoint does not even have a name.
  static var outage: Snapshot {
    var snapshot = incident
    snapshot.lock = LockStatus(state: .idle, style: .flock)
    let errors = [
      "connect: connection refused", "http: 502 Bad Gateway",
      "dns: no address found for vps.example",
    ]
    snapshot.server.endpoints.append(snapshot.server.endpoints[0])
    snapshot.server.endpoints[2].name = "search"
    for (index, error) in errors.enumerated() {
      snapshot.server.endpoints[index].error = error
      snapshot.server.endpoints[index].consecutiveFailures = 40
      snapshot.server.endpoints[index].httpStatus = index == 1 ? 502 : nil
      snapshot.server.endpoints[index].history.replaceSubrange(
        12...,
        with: Array(repeating: nil, count: 8)
      )
    }
    snapshot.server.availability = availability(0.4)
    return snapshot
  }

  /// Texts that a terminal must not get as they are, and texts of odd widths.
  static var hostile: Snapshot {
    var snapshot = incident
    let texts = [
      "\u{1B}[31mred", "\u{202E}gnp.exe", "日本語のプロジェクト名前は長い", "e\u{301}e\u{301}\u{302}\u{303}",
      "a\rb\u{8}c", "\u{9B}31m", "👩\u{200D}💻 family 🇩🇪", "tab\there", "\u{301}mark first",
    ]
    var letters = DeadLetters()
    letters.items = texts.enumerated().map { index, text in
      var item = letter(index)
      item.project = text
      item.lastError = text + text
      item.key = ItemKey(id: text)
      return item
    }
    snapshot.deadLetters = FileReading(state: .ok, content: letters)
    snapshot.log = FileReading(state: .ok, content: log(texts.map { (.other, $0, nil) }))
    snapshot.queue.content?.projects = texts.map { ProjectCount(project: $0, count: 4) }
    snapshot.server.endpoints[0].name = texts[2]
    snapshot.server.endpoints[1].error = texts[0]
    snapshot.server.endpoints[1].consecutiveFailures = 3
    return snapshot
  }
}
