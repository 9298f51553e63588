internal import Dashboard
internal import QueueEngine

/// A probe for people: the whole in one line, then a line for each endpoint.
struct ProbeText {
  let status: ServerStatus
  let ink: Ink

  init(_ status: ServerStatus, ink: Ink) {
    self.status = status
    self.ink = ink
  }

  /// The whole text, each line ended.
  var text: String {
    var facts = [headline]
    if let latency = status.latency { facts.append(milliseconds(latency)) }
    if let availability = status.availability { facts.append(availability.text) }
    var table = TextTable(
      headings: ["ENDPOINT", "HTTP", "LATENCY", "UP", "RESULT"],
      rightAligned: [1, 2]
    )
    table.rows = status.endpoints.map { endpoint in
      [
        endpoint.name, endpoint.httpStatus.map { "\($0)" } ?? "–",
        endpoint.latency.map(milliseconds) ?? "–", endpoint.availability?.text ?? "–",
        endpoint.error ?? (endpoint.probedAt == nil ? "not asked" : "ok"),
      ]
    }
    let rejection = status.rejection.map { $0 + "\n" } ?? ""
    return facts.joined(separator: "  ") + "\n" + rejection + table.text
  }

  private var headline: String {
    if let words = status.rejectionWords { return ink.paint("✖ \(words)", .critical) }
    switch status.state {
    case .up: return ink.paint("● up", .ok)
    case .down: return ink.paint("✖ down", .critical)
    case .degraded:
      let answering = status.endpoints.count { $0.error == nil }
      return ink.paint("▲ degraded", .warning)
        + ": \(answering) of \(status.endpoints.count) endpoints answer"
    case .unknown:
      let failures = status.endpoints.map(\.consecutiveFailures).max() ?? 0
      guard failures > 0 else { return ink.paint("○ unknown", .warning) }
      let isAnswering = status.endpoints.contains { $0.httpStatus != nil }
      return ink.paint(isAnswering ? "▲ bad answer" : "▲ no answer", .warning)
        + ": \(failures) of the \(ServerStatus.failuresUntilDown) failures that mean down"
    }
  }

  private func milliseconds(_ latency: Duration) -> String {
    "\(latency.wholeMilliseconds) ms"
  }
}
