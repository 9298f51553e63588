package import QueueEngine

/// Sends memories to the configured server and says what came of each.
///
/// It never retries and never follows a redirect: what a failure means for the item and for the
/// run is the worker's to decide. Safe to use from many tasks at once.
package struct DeliveryClient: MemoryReceiver {
  /// Between two questions about an event that is not decided, at first and at most.
  private static let eventPause = (first: Duration.milliseconds(250), longest: Duration.seconds(2))

  private let preset: ServerPreset
  private let base: String
  private let headers: [(name: String, value: String)]
  private let judge: DeliveryJudge
  private let health: [HealthCheck]
  private let probe: HealthProbe
  private let deadline: Duration

  /// Makes a client; the key is read now, and `environment` is where `key_env` is looked up.
  ///
  /// It throws where nothing may be sent: no address is set, or the key cannot be read.
  package init(
    settings: ServerSettings,
    environment: [String: String],
    deadline: Duration = .seconds(30),
    healthDeadline: Duration = .seconds(5)
  ) throws(DeliveryProblem) {
    guard let base = settings.base else { throw .noAddress }
    guard WebAddress(base) != nil else { throw .badAddress }
    guard settings.isSpoken else { throw .notDescribed }
    let key: String?
    do {
      key = try ServerKey.read(settings.keySource, environment: environment)
    } catch {
      throw .unusableKey(error.description)
    }
    preset = settings.preset
    self.base = base
    headers = settings.headers(forKey: key, at: base)
    judge = DeliveryJudge(api: settings.api, preset: preset, deadline: deadline)
    health = settings.endpoints.map {
      settings.healthCheck(of: $0, key: key, deadline: healthDeadline)
    }
    probe = HealthProbe(settings: settings, environment: environment, deadline: healthDeadline)
    self.deadline = deadline
  }

  /// Sends a memory and waits for the answer, and for the event that it names, never longer than the
  /// deadline.
  package func add(_ memory: Memory) async -> DeliveryOutcome {
    let end = ContinuousClock.now + deadline
    // What the encoder would say of its own types helps nobody: the memory itself is at fault.
    guard let json = try? preset.body(memory) else {
      return .rejected("the memory cannot be written as JSON")
    }
    var exchange = exchange(at: preset.addPath, json)
    if let key = IdempotencyKey.value(for: memory) {
      exchange.headers.append((IdempotencyKey.name, key))
    }
    switch judge.verdict(on: await exchange.answer(), now: SystemClock.now) {
    case .decided(let outcome): return outcome
    case .pending(let event): return await outcome(ofEvent: event, until: end)
    }
  }

  /// Asks whether a memory that may have been stored is there.
  package func find(_ memory: Memory) async -> MemoryLookup {
    var lookup = MemoryLookup.unsupported
    for question in preset.lookups {
      let json: [UInt8]?
      do {
        json = try question.json?(memory)
      } catch {
        return .failed(.unknown("the question cannot be written as JSON"))
      }
      let answer = await exchange(at: question.path(memory), json).answer()
      lookup = judge.lookup(memory, question, in: answer)
      // Whoever refuses us, or asks to be left alone, would not like another form any better.
      let status = answer.status ?? 0
      guard case .failed = lookup, (400..<600).contains(status),
        ![401, 403, 429].contains(status)
      else { break }
    }
    return lookup
  }

  /// Whether every health endpoint answers now with a 2xx; it takes no longer than its deadline.
  package func isHealthy() async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      for check in health {
        group.addTask { await check.answer().healthFailure == nil }
      }
      return await group.allSatisfy { $0 }
    }
  }

  /// What the health endpoints come to by the probe's own rule, which takes three failures for `down`.
  package func status() async -> ServerStatus {
    await probe.probeUntilCertain(now: SystemClock.now)
  }

  /// Follows an event until it is decided or the time is up.
  private func outcome(
    ofEvent event: String,
    until end: ContinuousClock.Instant
  ) async -> DeliveryOutcome {
    guard let path = preset.eventPath?(event) else {
      return .unknown("the event has not been decided")
    }
    var pause = Self.eventPause.first
    while ContinuousClock.now + pause < end {
      do {
        try await Task.sleep(for: pause)
      } catch {
        return .unknown("the delivery was interrupted")
      }
      let question = HTTPExchange(
        url: base + path,
        headers: headers,
        deadline: end - ContinuousClock.now
      )
      if let outcome = judge.outcome(ofEvent: await question.answer()) { return outcome }
      pause = min(pause * 2, Self.eventPause.longest)
    }
    return .unknown("the server has not decided within \(deadline.deadlineText)")
  }

  private func exchange(at path: String, _ json: [UInt8]?) -> HTTPExchange {
    HTTPExchange(url: base + path, headers: headers, json: json, deadline: deadline)
  }
}
