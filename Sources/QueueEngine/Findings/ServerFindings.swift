extension Diagnosis {
  /// How long a probe counts as fresh beside the metrics.
  private static let freshProbe = Duration.seconds(120)
  /// How many of the log's last lines are searched for a refusal.
  private static let linesOfLog = 60

  /// The server is down, refuses us, or is not what the metrics say.
  var serverFindings: [Finding] {
    let server = snapshot.server
    var found: [Finding] = []
    if let rejection { found.append(rejection) }
    if server.state == .down {
      found.append(serverDown)
    }
    if server.state == .degraded { found.append(endpointDown) }
    if let contradiction { found.append(contradiction) }
    return found
  }

  /// All endpoints are down: since when, and how they fail.
  private var serverDown: Finding {
    let endpoints = snapshot.server.endpoints
    let since = endpoints.compactMap(\.troubledSince).max()
    var causes: [String] = []
    for error in endpoints.compactMap(\.error) where !causes.contains(error) {
      causes.append(error)
    }
    let waits = somethingWaits ? "\(waitingText); nothing is lost" : "nothing waits"
    let duration = since.map { " for \((now - $0).ageText)" } ?? ""
    return Finding(
      .serverDown,
      "No health endpoint answers\(duration) (\(causes.joined(separator: ", "))); \(waits)",
      evidence: [
        "each has failed \(ServerStatus.failuresUntilDown) probes in a row or more"
      ] + endpointFacts,
      since: since
    )
  }

  /// One endpoint of several is down: which, and how it fails.
  private var endpointDown: Finding {
    let endpoints = snapshot.server.endpoints
    let down = endpoints.filter { $0.state == .down }
    let names = down.map { "\($0.name) (\($0.error ?? "no answer"))" }.joined(separator: ", ")
    return Finding(
      .endpointDown,
      "\(count(down.count, "endpoint of", "endpoints of")) \(endpoints.count) failed the last"
        + " \(ServerStatus.failuresUntilDown) probes: \(names)",
      evidence: endpointFacts,
      since: down.compactMap(\.troubledSince).min()
    )
  }

  /// The server refuses the probe, or refused what the worker sent last.
  private var rejection: Finding? {
    let refusal = refusedDelivery
    let facts = refusal.map { [$0.evidence] } ?? []
    let since = refusal?.since
    if let rejection = snapshot.server.rejection {
      let refused = snapshot.server.endpoints.filter { $0.course == .refused }
      return Finding(
        .serverRejects,
        rejection,
        evidence: endpointFacts + facts,
        since: [refused.compactMap(\.troubledSince).min(), since].compactMap(\.self).min()
      )
    }
    if let mistaken = unconfirmedRun, somethingWaits {
      return Finding(
        .serverRejects,
        mistaken.text,
        evidence: facts + ["\(waitingText); nothing is lost"] + endpointFacts,
        since: mistaken.since
      )
    }
    guard let refusal, somethingWaits else { return nil }
    return Finding(
      .serverRejects,
      "The server refused the worker's last delivery with HTTP \(refusal.refusal.status):"
        + " \(refusal.refusal.remedy)",
      evidence: facts + ["\(waitingText); nothing is lost"] + endpointFacts,
      since: since
    )
  }

  /// The latest delivery that was refused, unless another one went through since.
  ///
  /// The log's order tells that; a dead letter counts where it was tried after the last success
  /// that the log has, or where the log has none.
  private var refusedDelivery: (refusal: DeliveryRefusal, evidence: String, since: Timestamp?)? {
    let lines = (snapshot.log.content?.lines ?? []).suffix(Self.linesOfLog)
    let success = lines.lastIndex { $0.kind == .synced || $0.kind == .recovered }
    // What a lock refused is not the server's; a blocked queue's log is full of it.
    let since = lines[(success.map { $0 + 1 } ?? lines.startIndex)...]
    for (index, line) in zip(since.indices, since).reversed() where line.kind != .refused {
      guard let refusal = DeliveryRefusal(line.text) else { continue }
      // Where others went through in the same run it was this memory that was refused.
      if success != nil, !since[..<index].contains(where: \.kind.isEnd) { return nil }
      let age = line.time ?? snapshot.log.modifiedAt
      return (refusal, "the worker's log, \(self.age(of: age)) ago: \(line.text)", age)
    }
    let latest = suspects.filter { $0.refusal != nil }.max { $0.lastAttempt < $1.lastAttempt }
    guard let latest, let refusal = latest.refusal else { return nil }
    if let success {
      guard let time = lines[success].time, latest.lastAttempt > time else { return nil }
    }
    return (
      refusal,
      "dead letter \(latest.key.shortID), tried \(age(of: latest.lastAttempt)) ago:"
        + " \(latest.lastError ?? "")",
      latest.lastAttempt
    )
  }

  /// What our worker wrote of a run in which no answer was a receipt, unless a delivery went through
  /// since: it speaks to the server as to another one.
  private var unconfirmedRun: (text: String, since: Timestamp?)? {
    let lines = (snapshot.log.content?.lines ?? []).suffix(Self.linesOfLog)
    let last = lines.last { line in
      line.kind == .synced || line.kind == .recovered || line.tellsUnconfirmedRun
    }
    guard let last, last.tellsUnconfirmedRun, let text = last.cause else { return nil }
    return (text, last.time ?? snapshot.log.modifiedAt)
  }

  private var contradiction: Finding? {
    let server = snapshot.server
    guard let says = snapshot.metrics.content?.saysServerIsUp, let probedAt = server.probedAt,
      now - probedAt <= Self.freshProbe
    else { return nil }
    let isUp: Bool
    switch server.state {
    case .up:
      // It keeps its state for two probes that fail: that proves nothing against the metrics.
      guard !server.isUncertain else { return nil }
      isUp = true
    case .down: isUp = false
    case .degraded, .unknown: return nil
    }
    guard says != isUp else { return nil }
    let written = snapshot.metrics.content?.lastUpdate ?? snapshot.metrics.modifiedAt
    return Finding(
      .metricsContradictProbe,
      "The VPS is \(isUp ? "up" : "down"); the worker's metrics, written \(age(of: written)) ago, say"
        + " it is \(says ? "up" : "down")",
      evidence: endpointFacts,
      since: written
    )
  }

  private var endpointFacts: [String] {
    snapshot.server.endpoints.map { endpoint in
      guard endpoint.probedAt != nil else { return "\(endpoint.name): not probed" }
      let outcome =
        endpoint.error ?? "HTTP \(endpoint.httpStatus ?? 0)"
        + (endpoint.latency.map { " in \($0.wholeMilliseconds) ms" } ?? "")
      return "\(endpoint.name): \(outcome), probed \(age(of: endpoint.probedAt)) ago"
    }
  }
}
