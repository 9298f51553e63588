extension Diagnosis {
  /// How long a probe counts as fresh beside the metrics.
  private static let freshProbe = Duration.seconds(120)

  /// The server is down, refuses us, or is not what the metrics say.
  var serverFindings: [Finding] {
    let server = snapshot.server
    var found: [Finding] = []
    if let rejection = server.rejection {
      found.append(Finding(.critical, .serverRejects, rejection, evidence: endpointFacts))
    }
    if server.state == .down {
      let waits = somethingWaits ? "\(waitingText); nothing is lost" : "nothing waits"
      found.append(
        Finding(
          .critical,
          .serverDown,
          "The VPS is down: every health endpoint failed \(ServerStatus.failuresUntilDown) probes"
            + " in a row; \(waits)",
          evidence: endpointFacts
        )
      )
    }
    if let contradiction { found.append(contradiction) }
    return found
  }

  private var contradiction: Finding? {
    let server = snapshot.server
    guard let says = snapshot.metrics.content?.saysServerIsUp, let probedAt = server.probedAt,
      now - probedAt <= Self.freshProbe
    else { return nil }
    let isUp: Bool
    switch server.state {
    case .up: isUp = true
    case .down: isUp = false
    case .degraded, .unknown: return nil
    }
    guard says != isUp else { return nil }
    let written = snapshot.metrics.content?.lastUpdate ?? snapshot.metrics.modifiedAt
    return Finding(
      .warning,
      .metricsContradictProbe,
      "The worker's metrics say the VPS is \(says ? "up" : "down"), but it is \(isUp ? "up" : "down"):"
        + " they are \(age(of: written)) old",
      evidence: endpointFacts
    )
  }

  private var endpointFacts: [String] {
    snapshot.server.endpoints.map { endpoint in
      let outcome =
        endpoint.error ?? "HTTP \(endpoint.httpStatus ?? 0)"
        + (endpoint.latency.map { " in \(Int($0.seconds * 1000)) ms" } ?? "")
      return "\(endpoint.name): \(outcome), probed \(age(of: endpoint.probedAt)) ago"
    }
  }
}
