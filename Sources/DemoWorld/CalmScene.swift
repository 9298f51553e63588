internal import QueueEngine

/// A pipeline in good health: a worker ran two minutes ago, and little waits.
enum CalmScene {
  /// How long ago the last run ended.
  private static let lastRun = Duration.seconds(134)

  /// Two dead letters of the demonstration, of those that are not due soon.
  private static let fewLetters = DemoDeadLetter.all.filter { [42, 431].contains($0.dueIn) }

  static func write(
    into directory: String,
    letters: [DemoDeadLetter] = fewLetters,
    now: Timestamp
  ) throws(DemoError) {
    let names = FileNames()
    func write(_ text: String, to name: String, age: Duration) throws(DemoError) {
      try Sandbox.write(text, to: directory + "/" + name, modifiedAt: now - age)
    }
    try Sandbox.makeDirectory(directory + "/logs")
    try write(queue(now), to: names.queue, age: .seconds(20))
    try write(json(of: letters, now), to: names.deadLetters, age: lastRun)
    try write(metrics(now), to: names.metrics, age: lastRun)
    try write(log(now), to: names.log, age: lastRun)
  }

  private static func queue(_ now: Timestamp) -> String {
    let waiting = [(DemoMemory.studio, 95), (DemoMemory.brain, 61), (DemoMemory.studio, 20)]
    let items = waiting.enumerated().map { index, entry in
      """
      {"id": "5e0c\(index)b7a-1f6d-4c3a-8b2e-90d7f1a4c6e\(index)", "project_id": "\(entry.0)", \
      "content": "\(DemoMemory.text(entry.0, index))", \
      "timestamp": \((now - .seconds(entry.1)).secondsSinceEpoch), "retries": 0}
      """
    }
    return "{\"queue\": [\(items.joined(separator: ", "))]}"
  }

  private static func json(of letters: [DemoDeadLetter], _ now: Timestamp) -> String {
    let items = letters.enumerated().map { $1.json(number: $0, at: now) }
    return "{\"items\": [\(items.joined(separator: ", "))]}"
  }

  private static func metrics(_ now: Timestamp) -> String {
    """
    {"last_update": "\((now - lastRun).localText(separator: "T"))", "vps_status": "healthy", \
    "queue_size": 0, "dlq_size": 2, "total_synced": 1482, "total_queued": 1487}
    """
  }

  private static func log(_ now: Timestamp) -> String {
    let (studio, brain) = (DemoMemory.studio, DemoMemory.brain)
    var lines: [String] = []
    for run in (0..<4).reversed() {
      let start = lastRun + .seconds(600 * run)
      func line(_ text: String) -> String { (now - start).localText(separator: " ") + " " + text }
      lines += [
        line("✅ Synced: \(studio) (ID: 41c8de0\(run)...)"),
        line("✅ Synced: \(brain) (ID: a90b3c5\(run)...)"),
        line("⏸️ Waiting backoff: \(studio) (retry in \(431 + 60 * run)s)"),
        line("✨ Worker done:"), "   Queue: 0 pending", "   Failed: 2 failed",
        "   Total synced: \(1482 - 2 * run)",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
