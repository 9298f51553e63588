import QueueEngine
import TestSupport

/// Snapshots of which each part may be anything that the engine can see; a seed decides.
struct RandomSnapshot {
  private var generator: SeededGenerator
  private var revision = 0

  init(seed: Int) { generator = SeededGenerator(seed: seed) }

  /// The next one: another one in some parts, the same in others.
  mutating func change(_ snapshot: inout Snapshot) {
    snapshot.generatedAt = snapshot.generatedAt + .milliseconds(int(0...5_000))
    revision += 1
    if chance { snapshot.server = server() }
    if chance { snapshot.queue = reading(queue()) }
    if chance { snapshot.lock = lock() }
    if chance { snapshot.deadLetters = reading(letters()) }
    if chance { snapshot.metrics = reading(metrics()) }
    if chance { snapshot.worker = worker() }
    if chance { grow(&snapshot.log) }
    if chance { snapshot.traffic.arrived += int(0...3) }
    if chance { snapshot.directoryProblem = pick([nil, .missing, .unreadable(text())]) }
    if chance { snapshot.directoryChangedAt = pick([nil, moment()]) }
    if chance { snapshot.emergency.items = int(0...9) }
    if chance { snapshot.strays = [StrayCopy(name: text(), path: text(), items: 2)] }
    if chance { snapshot.remarks = [text()] }
    if chance {
      snapshot.acknowledgement.obstacles = [
        ReplacementObstacle(list: .queue, cause: pick([.mount, .disk]), sentence: text())
      ]
    }
  }

  static var first: Snapshot {
    Snapshot(generatedAt: Timestamp(1_767_238_212), directory: "/home/u/.claude")
  }

  private var chance: Bool {
    mutating get { int(0...2) == 0 }
  }

  private mutating func int(_ range: ClosedRange<Int>) -> Int {
    .random(in: range, using: &generator)
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[int(0...values.count - 1)]
  }

  private mutating func moment() -> Timestamp {
    Timestamp(Double(int(0...2_000_000_000)) + Double(int(0...999_999)) / 1e6)
  }

  /// What the engine has scrubbed, with what JSON must escape.
  private mutating func text() -> String {
    let parts = ["a", "\"", "\\", "/", "日本", "e\u{301}", "␛", "‹U+202E›", " ", "👩", "\\x9B", "{}"]
    return (0..<int(0...12)).map { _ in pick(parts) }.joined()
  }

  private mutating func reading<Content>(_ content: Content) -> FileReading<Content> {
    var reading = FileReading(
      state: pick([.ok, .corrupt, .missing, .unreadable]),
      problem: pick([nil, ReadProblem(text(), byteOffset: 7)]),
      content: pick([nil, content, content]),
      modifiedAt: pick([nil, moment()])
    )
    reading.revision = revision
    return reading
  }

  private mutating func server() -> ServerStatus {
    var endpoint = EndpointStatus(name: text(), url: "http://127.0.0.1:1/health")
    endpoint.latency = pick([nil, .nanoseconds(int(0...9_000_000_000))])
    endpoint.history = (0..<int(0...6)).map { _ in pick([nil, 0.1, 0.038]) }
    endpoint.error = pick([nil, text()])
    endpoint.consecutiveFailures = int(0...4)
    endpoint.probedAt = pick([nil, moment()])
    var part = Availability.Part()
    part.isProbed = true
    part.latency = .milliseconds(int(0...900))
    endpoint.availability = Availability(
      share: Double(int(0...1000)) / 1000,
      watched: .seconds(int(0...86_400)),
      parts: [part, .init()]
    )
    return ServerStatus(endpoints: [endpoint], rejection: pick([nil, text()]))
  }

  private mutating func queue() -> QueueContents {
    var queue = QueueContents()
    queue.pending = int(0...99)
    queue.oldest = pick([nil, moment()])
    queue.projects = [ProjectCount(project: text(), count: int(0...9))]
    queue.flagged = [FlaggedItem(id: text(), flags: [.hugeContent, .futureTime], byteOffset: 4)]
    var failing = FailingItems(project: text(), cause: pick([nil, text()]))
    failing.count = int(1...5)
    queue.failing = [failing]
    return queue
  }

  private mutating func lock() -> LockStatus {
    var lock = LockStatus(
      state: pick([.free, .held, .stale, .unknown]),
      reason: pick([nil, .deadPID, .orphan]),
      style: pick([.flock, .pidfile])
    )
    lock.identity = FileIdentity(
      device: .random(in: .min ... .max, using: &generator),
      inode: .random(in: .min ... .max, using: &generator),
      birthNanoseconds: pick([nil, Int64.max, 5])
    )
    lock.pid = Int32(int(1...4_000_000))
    lock.bytes = (0..<int(0...8)).map { _ in UInt8(int(0...255)) }
    lock.evidence = [text(), text()]
    lock.holders = [RunningProcess(pid: 7, command: text(), startedAt: moment())]
    return lock
  }

  private mutating func letters() -> DeadLetters {
    var letters = DeadLetters()
    letters.items = (0..<int(0...600)).map { index in
      var key = ItemKey(id: text(), occurrence: int(0...2))
      key.digest = .random(in: .min ... .max, using: &generator)
      return DeadLetter(
        key: key,
        project: text(),
        retryCount: int(0...40),
        lastAttempt: moment(),
        movedAt: pick([nil, moment()]),
        contentBytes: int(0...9_999),
        flags: pick([[], .blankProject]),
        lastError: pick([nil, "HTTP 422 " + text()]),
        byteRange: index * 10..<index * 10 + 9
      )
    }
    letters.remarks = [text()]
    return letters
  }

  private mutating func metrics() -> Metrics {
    var metrics = Metrics()
    metrics.vpsStatus = pick([nil, "up", "down"])
    metrics.totalSynced = pick([nil, int(0...999)])
    return metrics
  }

  private mutating func worker() -> WorkerStatus {
    var worker = WorkerStatus()
    worker.lastActivity = moment()
    worker.running = [RunningProcess(pid: 9, command: text())]
    return worker
  }

  /// A log gets lines, its last one is written on, and it keeps no more than twenty.
  private mutating func grow(_ log: inout FileReading<LogTail>) {
    var tail = log.content ?? LogTail()
    if chance, let last = tail.lines.indices.last { tail.lines[last].text += " on" }
    for _ in 0..<int(0...8) {
      var line = LogLine(text: "04:26 " + text(), kind: pick([.retry, .other, .done]))
      line.stampBytes = 6
      tail.lines.append(line)
    }
    let surplus = max(tail.lines.count - 20, 0)
    tail.lines.removeFirst(surplus)
    tail.lineNumberOfFirst += surplus
    tail.bytes += 100
    log = FileReading(state: .ok, content: tail, modifiedAt: moment())
    log.revision = revision
  }
}
