import TestSupport

@testable import QueueEngine

/// Two health endpoints of a server that goes down at times, and is hard to reach at others.
struct SimulatedServer {
  private static let probeInterval = 10

  /// What the probe has found, as `HealthProbe` counts it.
  private(set) var status = ServerStatus(endpoints: [
    EndpointStatus(name: "api", url: "http://127.0.0.1:1/health"),
    EndpointStatus(name: "sync", url: "http://127.0.0.1:2/health"),
  ])
  /// Whether it has answered any of the last three probes.
  private(set) var answersLately = true
  /// What the worker has last written about it; it may be wrong, and it may be old.
  private(set) var metrics = Metrics()

  private var random: SeededGenerator
  private var second = 0
  private var isDown = false
  private var answers: [Bool] = []

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  mutating func tick() {
    second += 1
    if Int.random(in: 0..<1500, using: &random) == 0 { isDown.toggle() }
    if Int.random(in: 0..<700, using: &random) == 0 {
      metrics.vpsStatus = Bool.random(using: &random) ? "down" : "healthy"
      metrics.lastUpdate = moment
    }
    if second.isMultiple(of: Self.probeInterval) { probe() }
  }

  private var moment: Timestamp { LockSamples.now + .seconds(second) }

  private mutating func probe() {
    var didAnswer = false
    for index in status.endpoints.indices {
      var endpoint = status.endpoints[index]
      // A packet is lost now and then, but never three in a row at both.
      let isLost = Int.random(in: 0..<6, using: &random) == 0 && endpoint.consecutiveFailures < 2
      let fails = isDown || isLost
      endpoint.error = fails ? "timeout: no answer in time" : nil
      endpoint.consecutiveFailures = fails ? endpoint.consecutiveFailures + 1 : 0
      endpoint.probedAt = moment
      status.endpoints[index] = endpoint
      didAnswer = didAnswer || !fails
    }
    answers.append(didAnswer)
    answersLately = answers.suffix(ServerStatus.failuresUntilDown).contains(true)
  }
}
