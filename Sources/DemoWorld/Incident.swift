package import QueueEngine

/// The incident that mem0top was made for: a worker died and left its lock behind.
///
/// For 3 h 07 min nothing has been delivered and the metrics say that the server is down, while it is
/// up all along.
package struct Incident {
  /// How long ago the worker took the lock and died.
  package static let age = Duration.seconds(3 * 3600 + 7 * 60)
  /// How many memories wait, by project.
  package static let waiting = [(DemoMemory.studio, 20), (DemoMemory.brain, 16)]

  private let directory: String
  private let now: Timestamp

  private init(directory: String, now: Timestamp) {
    self.directory = directory
    self.now = now
  }

  /// Writes every file of the incident into a directory that is there and empty.
  package static func write(into directory: String, now: Timestamp) throws(DemoError) {
    let incident = Incident(directory: directory, now: now)
    try Sandbox.makeDirectory(directory + "/logs")
    try incident.write(incident.queue, to: names.queue, age: .seconds(50))
    try incident.write(incident.deadLetters, to: names.deadLetters, age: .seconds(30))
    try incident.write(incident.metrics, to: names.metrics, age: age)
    try incident.write(incident.log, to: names.log, age: lastRefusal)
    let pid = try DepartedProcess.makePID()
    try incident.write("\(pid)\n", to: names.lock, age: age)
  }

  private static let names = FileNames()
  /// How long ago cron last started a worker that was refused the lock.
  private static let lastRefusal = Duration.seconds(190)

  private func write(_ text: String, to name: String, age: Duration) throws(DemoError) {
    try Sandbox.write(text, to: directory + "/" + name, modifiedAt: now - age)
  }

  /// The queue: memories that have come in steadily since the lock was left.
  private var queue: String {
    let projects = Self.waiting.flatMap { project, count in
      (0..<count).map { (project, $0) }
    }
    let step = Self.age.seconds / Double(projects.count)
    let items = projects.enumerated().map { index, entry in
      let (project, number) = entry
      // Projects take turns, so that both have old and new memories.
      let position = (index * 7) % projects.count
      let time = now - Self.age + Duration(seconds: Double(position) * step)
      return """
        {"id": "\(Self.identifier(index))", "project_id": "\(project)", \
        "content": "\(DemoMemory.text(project, number))", \
        "timestamp": \(time.secondsSinceEpoch), "retries": 0}
        """
    }
    let stats = #""stats": {"total_queued": 139, "total_synced": 103, "total_failed": 12}"#
    return "{\"queue\": [\(items.joined(separator: ", "))], \(stats)}"
  }

  private var deadLetters: String {
    let items = DemoDeadLetter.all.enumerated().map { index, letter in
      letter.json(number: index, at: now)
    }
    let update = (now - .seconds(30)).localText(separator: "T")
    return "{\"items\": [\(items.joined(separator: ", "))], \"last_update\": \"\(update)\"}"
  }

  /// The last that the worker wrote before it died: a wrong alarm.
  private var metrics: String {
    let update = (now - Self.age).localText(separator: "T")
    return """
      {"last_update": "\(update)", "vps_status": "down", "queue_size": 0, "dlq_size": 12, \
      "total_synced": 103, "total_queued": 139}
      """
  }

  /// The log: a last good run, then cron's workers refused the lock every ten minutes.
  private var log: String {
    let (studio, brain) = (DemoMemory.studio, DemoMemory.brain)
    var lines = [
      line("✅ Synced: \(studio) (ID: 41c8de07...)", ago: Self.age + .seconds(611)),
      line("✅ Synced: \(brain) (ID: a90b3c5d...)", ago: Self.age + .seconds(610)),
      line("⏳ Retry 5/5: \(studio)", ago: Self.age + .seconds(608)),
      line(
        "📋 Moved to DLQ: \(studio) (ID: 3f2a91c0...) after 5 retries",
        ago: Self.age + .seconds(607)
      ),
      line(
        "✅ DLQ recovered: \(brain) (ID: 77e21b90...) after 3 retries",
        ago: Self.age + .seconds(606)
      ),
      line("⏳ DLQ retry 7: \(brain) (next in 3600s)", ago: Self.age + .seconds(605)),
      line("⏸️ Waiting backoff: \(studio) (retry in 431s)", ago: Self.age + .seconds(604)),
      line("✨ Worker done:", ago: Self.age + .seconds(603)),
      "   Queue: 0 pending", "   Failed: 12 failed", "   Total synced: 103",
    ]
    let interval = Duration.seconds(600)
    let refusals = Int((Self.age - Self.lastRefusal) / interval)
    for number in (0...refusals).reversed() {
      let ago = Self.lastRefusal + interval * number
      lines.append(line("Could not acquire queue lock (timeout)", ago: ago))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ text: String, ago: Duration) -> String {
    (now - ago).localText(separator: " ") + " " + text
  }

  /// An id that is the same in every run: a UUID made of the item's number.
  private static func identifier(_ number: Int) -> String {
    // Knuth's multiplicative hash spreads the numbers over 32 bits.
    let start = String((UInt32(number) + 1) &* 2_654_435_761, radix: 16).zeroPadded(to: 8)
    return start + "-8a4d-4f3e-b1c6-2d90e57f" + String(number, radix: 16).zeroPadded(to: 4)
  }
}
