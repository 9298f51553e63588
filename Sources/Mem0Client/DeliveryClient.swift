package import QueueEngine

/// Sends memories to the configured server and says what came of each.
///
/// It never retries and never follows a redirect: what a failure means for the item and for the
/// run is the worker's to decide. Safe to use from many tasks at once; connections are shared.
package struct DeliveryClient: MemoryReceiver {
  private let preset: ServerPreset
  private let base: String
  private let headers: [(name: String, value: String)]
  private let judge: DeliveryJudge
  private let health: [HTTPExchange]
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
    let key: String?
    do {
      key = try ServerKey.read(settings.keySource, environment: environment)
    } catch {
      throw .unusableKey(error.description)
    }
    preset = settings.api.preset
    self.base = base
    headers = settings.headers(forKey: key, at: base)
    judge = DeliveryJudge(preset: preset, secret: key, deadline: deadline)
    health = settings.endpoints.map {
      settings.healthExchange(at: $0.url, key: key, deadline: healthDeadline)
    }
    self.deadline = deadline
  }

  /// Sends a memory and waits for the answer, never longer than the deadline.
  package func add(_ memory: Memory) async -> DeliveryOutcome {
    // What the encoder would say of its own types helps nobody: the memory itself is at fault.
    guard let json = try? preset.body(memory) else {
      return .rejected("the memory cannot be written as JSON")
    }
    var exchange = exchange(at: preset.addPath, json)
    if let key = IdempotencyKey.value(for: memory) {
      exchange.headers.append((IdempotencyKey.name, key))
    }
    return judge.outcome(of: await exchange.answer(), now: SystemClock.now)
  }

  /// Asks whether a memory that may have been stored is there.
  package func find(_ memory: Memory) async -> MemoryLookup {
    guard let path = preset.searchPath else { return .unsupported }
    guard let json = try? JSONBody.text(of: JSONBody.Search(memory)) else {
      return .failed("the question cannot be written as JSON")
    }
    return judge.lookup(memory, in: await exchange(at: path, json).answer())
  }

  /// Whether every health endpoint answers now with a 2xx; it takes no longer than its deadline.
  package func isHealthy() async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      for exchange in health {
        group.addTask { await exchange.answer().healthFailure == nil }
      }
      return await group.allSatisfy { $0 }
    }
  }

  private func exchange(at path: String, _ json: [UInt8]) -> HTTPExchange {
    HTTPExchange(url: base + path, headers: headers, json: json, deadline: deadline)
  }
}
