package import QueueEngine

/// Asks the health endpoints and keeps count of what they answered.
///
/// Nothing of the network is started before the first endpoint is asked, and without endpoints
/// nothing ever is.
package actor HealthProbe {
  private static let historyLength = 60
  /// Between two questions to a server that does not answer, at least.
  private static let pause = Duration.seconds(1)
  private static let repeatDeadline = Duration.seconds(2)

  private let settings: ServerSettings
  private let environment: [String: String]
  private let deadline: Duration
  private var endpoints: [EndpointStatus]

  /// Makes a probe of the configured endpoints; `environment` is where `key_env` is looked up.
  package init(
    settings: ServerSettings,
    environment: [String: String],
    deadline: Duration = .seconds(5)
  ) {
    self.settings = settings
    self.environment = environment
    self.deadline = deadline
    endpoints = settings.endpoints.map {
      EndpointStatus(name: Scrubber.scrub($0.name), url: WebAddress.shown($0.url))
    }
    firstStatus = ServerStatus(endpoints: endpoints)
  }

  /// The endpoints as they are before anybody was asked.
  package nonisolated let firstStatus: ServerStatus

  /// Asks all endpoints side by side; it takes no longer than the deadline.
  package func probe(now: Timestamp) async -> ServerStatus {
    await probe(now: now, within: deadline)
  }

  /// Asks all endpoints, and again while one does not answer, until it does or counts as down.
  ///
  /// It is for programs that look once, and would never count to three. The questions begin a second
  /// apart at least, so that a server that is just starting is not down, and those after the first
  /// have two seconds: the whole takes less than the ten seconds that monitoring gives a check.
  package func probeUntilCertain(now: Timestamp) async -> ServerStatus {
    let clock = ContinuousClock()
    let start = clock.now
    var status = await probe(now: now)
    var asked = start
    while status.isUncertain, !Task.isCancelled {
      // A sleep that is cut short ends the loop.
      try? await clock.sleep(until: asked + Self.pause)
      asked = clock.now
      status = await probe(now: now + (asked - start), within: min(deadline, Self.repeatDeadline))
    }
    return status
  }

  private func probe(now: Timestamp, within deadline: Duration) async -> ServerStatus {
    guard !endpoints.isEmpty else { return ServerStatus() }
    let key: String?
    do {
      key = try ServerKey.read(settings.keySource, environment: environment)
    } catch {
      return ServerStatus(endpoints: endpoints, rejection: error.description)
    }
    let checks = settings.endpoints.map {
      settings.healthCheck(of: $0, key: key, deadline: deadline)
    }
    let answers = await withTaskGroup(of: (Int, HTTPAnswer).self) { group in
      for (index, check) in checks.enumerated() {
        group.addTask { (index, await check.answer()) }
      }
      return await group.reduce(into: [Int: HTTPAnswer]()) { $0[$1.0] = $1.1 }
    }
    for (index, answer) in answers { record(answer, of: index, now: now) }
    return ServerStatus(endpoints: endpoints, rejection: rejection)
  }

  private func record(_ answer: HTTPAnswer, of index: Int, now: Timestamp) {
    let failure = answer.healthFailure
    var endpoint = endpoints[index]
    let before = endpoint.course
    endpoint.httpStatus = answer.status
    endpoint.error = failure?.description
    endpoint.latency = answer.isWhole ? answer.latency : nil
    endpoint.probedAt = now + answer.latency
    if failure == nil || refusal(answer.status) != nil {
      // Whoever refuses us answers: that is never "down".
      endpoint.consecutiveFailures = 0
    } else {
      endpoint.consecutiveFailures += 1
    }
    if failure == nil {
      endpoint.troubledSince = nil
    } else if endpoint.course != before || endpoint.troubledSince == nil {
      endpoint.troubledSince = now
    }
    endpoint.history.append(failure == nil ? answer.latency.seconds : nil)
    endpoint.history.removeFirst(max(endpoint.history.count - Self.historyLength, 0))
    endpoints[index] = endpoint
  }

  /// The sentence on the first endpoint that refuses us.
  private var rejection: String? {
    for endpoint in endpoints {
      if let status = endpoint.httpStatus, let reason = refusal(status) {
        return "\(endpoint.name) at \(endpoint.url) answers HTTP \(status): \(reason)"
      }
    }
    return nil
  }

  /// What an answer that refuses us means, and what to do.
  private func refusal(_ status: Int?) -> String? {
    switch status {
    case 401, 403:
      settings.keySource == .none
        ? "it wants a key, and none is set (server.key_env, server.key_file)."
        : "it rejects our key; check server.key_env or server.key_file."
    case 404: "the address is wrong; check server.url, server.health and server.api."
    case 429: "the quota is used up; wait, or ask less often (server.probe_interval)."
    default: nil
    }
  }
}
