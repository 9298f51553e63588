import QueueEngine

/// What the states of the world are made of.
extension World {
  static func letter(_ index: Int) -> DeadLetter {
    let tries = [3, 7, 5, 12, 0, 4, 6, 2, 9, 1, 8, 30][index % 12]
    let delay = Backoff.delay(retryCount: tries)
    let waited = [1.01, 0.21, 1.3, 0.95, 1.1, 0.4, 0.66, 0.83, 0.52, 0.74, 0.11, 0.98][index % 12]
    let causes = [
      "HTTP 502", "HTTP 422 invalid user_id", nil, nil, "timeout after 30 s",
      "connect: connection refused", "HTTP 500 internal server error while embedding the memory",
    ]
    let (whole, _) = delay.components
    return DeadLetter(
      key: ItemKey(id: "0000000\(String(index % 16, radix: 16))-9b1c-4d5e-8f00-3f2a91c0beef"),
      project: index.isMultiple(of: 2) ? "recording-studio-manager" : "mem0-brain",
      retryCount: tries,
      lastAttempt: Timestamp((now.secondsSinceEpoch - Double(whole) * waited).rounded()),
      movedAt: ago(Double(7200 * (index + 1) * (index + 1))),
      contentBytes: 180 + index,
      flags: index == 1 ? [.blankProject, .duplicateKeys] : [],
      lastError: causes[index % causes.count],
      byteRange: index * 400..<(index + 1) * 400
    )
  }

  static func detail(_ key: ItemKey) -> ItemDetail {
    ItemDetail(
      key: key,
      fields: [
        .init(name: "id", value: key.id), .init(name: "project_id", value: "mem0-brain"),
        .init(name: "retry_count", value: "7"), .init(name: "custom", value: "{\"kept\": true}"),
      ],
      content: [
        "The worker holds the lock while it talks to the server; a process that dies there leaves the"
          + " lock behind, and everybody else is refused until somebody removes it.",
        "", "日本語も一行に収まらないほど長いときは正しく折り返されなければならない。",
      ],
      rawLines: ["{", "  \"id\": \"\(key.id)\",", "  \"project_id\": \"mem0-brain\"", "}"]
    )
  }

  static func queue(_ projects: [(String, Int)], oldest: Double) -> QueueContents {
    var queue = QueueContents()
    queue.pending = projects.reduce(0) { $0 + $1.1 }
    queue.oldest = ago(oldest)
    queue.projects = projects.map { ProjectCount(project: $0.0, count: $0.1) }
    return queue
  }

  static func server(api: Double, sync: Double) -> ServerStatus {
    var server = ServerStatus(
      endpoints: [("api", 8080, api), ("sync", 8081, sync)].map { name, port, milliseconds in
        var endpoint = EndpointStatus(name: name, url: "http://127.0.0.1:\(port)/health")
        endpoint.httpStatus = 200
        endpoint.latency = .milliseconds(Int(milliseconds))
        endpoint.probedAt = ago(3)
        endpoint.history = (0..<20).map { Double(($0 * 7 + port) % 11 + 3) / 200 }
        if name == "sync" { endpoint.history[5] = nil }
        endpoint.availability = availability(name == "api" ? 1 : 0.9986)
        return endpoint
      }
    )
    server.availability = availability(0.9986)
    return server
  }

  /// A day of which the first hours were not watched.
  static func availability(_ share: Double) -> Availability {
    var parts = Array(repeating: Availability.Part(), count: Availability.partCount)
    for index in 12..<parts.count {
      parts[index].isProbed = true
      parts[index].latency = .milliseconds(30 + index * 17 % 90)
    }
    if share < 1 { parts[30].latency = nil }
    return Availability(share: share, watched: .seconds(86_400), parts: parts)
  }

  static func metrics(_ status: String, age: Double) -> Metrics {
    var metrics = Metrics()
    metrics.vpsStatus = status
    metrics.lastUpdate = ago(age)
    return metrics
  }

  static func log(_ lines: [(LogLine.Kind, String, String?)]) -> LogTail {
    var log = LogTail()
    log.bytes = 1234
    log.lines = lines.map { LogLine(text: $0.1, kind: $0.0, idPrefix: $0.2) }
    log.lineNumberOfFirst = 100
    return log
  }
}
