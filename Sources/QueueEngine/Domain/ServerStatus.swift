/// Whether the server answers, as our own probe saw it.
public enum ServerState: String, Codable, Sendable {
  /// Every endpoint answers, or did and has not failed three probes in a row since.
  case up
  /// An endpoint failed three probes in a row, and not all did.
  case degraded
  /// Every endpoint failed three probes in a row.
  case down
  /// Nothing is configured, nothing has been probed yet, or what has never answered has not failed
  /// often enough.
  case unknown
}

/// How probes of the last 24 hours went.
public struct Availability: Codable, Sendable, Hashable {
  /// What one of the parts came to into which the 24 hours are divided.
  public struct Part: Codable, Sendable, Hashable {
    /// Whether anything was probed in it.
    public var isProbed = false
    /// How long an answer took on average; `nil` where none came.
    public var latency: Duration?

    /// Makes a part in which nothing was probed.
    public init() {}
  }

  /// How many parts there are: half-hours.
  public static let partCount = 48

  /// The part of the probes that were answered, 0 to 1.
  public var share: Double
  /// The time during which anybody probed, at most 24 hours; what nobody watched does not count.
  public var watched: Duration
  /// The half-hours, oldest first; the last one is the present one.
  public var parts: [Part]

  /// Makes an availability.
  public init(share: Double, watched: Duration, parts: [Part] = []) {
    self.share = share
    self.watched = watched
    self.parts = parts
  }

  /// The share and the time that it speaks of, `99.8% of 24h`; 100 only where no probe failed.
  package var text: String {
    let hours = watched >= .seconds(86_400 - 900) ? "24h" : watched.shortAgeText
    guard share < 1 else { return "100% of \(hours)" }
    let perMille = Int((Swift.min(Swift.max(share, 0), 1) * 1000).rounded(.down))
    return "\(perMille / 10).\(perMille % 10)% of \(hours)"
  }
}

/// Where an exchange with the server failed: my network, or their server.
package enum FailureClass: String, Sendable, CaseIterable {
  /// The name has no address.
  case dns
  /// There is no connection.
  case connect
  /// There was no whole answer in time.
  case timeout
  /// There is no secure connection.
  case tls
  /// The answer points elsewhere, and redirects are refused.
  case redirect
  /// The answer is another status than 2xx, or no HTTP.
  case http
  /// The answer's body is broken or too long.
  case body
}

/// The last probe of one health endpoint.
public struct EndpointStatus: Codable, Sendable, Hashable {
  /// The endpoint's name in the configuration.
  public var name: String
  /// The address that was asked, without user name, password or query.
  public var url: String
  /// The HTTP status of the last answer; `nil` where there was none.
  public var httpStatus: Int?
  /// How long the last answer took.
  public var latency: Duration?
  /// Why the last probe failed, beginning with its class: `dns`, `connect`, `timeout`, `tls`,
  /// `redirect`, `http` or `body`; `nil` where it did not.
  public var error: String?
  /// How many probes in a row have failed.
  public var consecutiveFailures: Int
  /// Since when no probe was answered, or since when each answer refuses us: the first one of that
  /// kind, as far as we and programs before us have seen; `nil` where it answers.
  public var troubledSince: Timestamp?
  /// When the last probe ended.
  public var probedAt: Timestamp?
  /// The latest probes, oldest first: seconds until the answer, or `nil` for a failure.
  public var history: [Double?]
  /// How its probes of the last 24 hours went; `nil` where they are not known.
  public var availability: Availability?

  /// Whether it answers, as up, down or unknown.
  ///
  /// It keeps its state until it has failed three probes in a row; whoever refuses us answers.
  public var state: ServerState {
    guard probedAt != nil else { return .unknown }
    if consecutiveFailures >= ServerStatus.failuresUntilDown { return .down }
    if consecutiveFailures == 0 { return .up }
    return history.contains { $0 != nil } ? .up : .unknown
  }

  /// How the last probe went; `nil` before the first.
  package var course: ProbeCourse.Kind? {
    guard probedAt != nil else { return nil }
    if consecutiveFailures > 0 { return .failed }
    return error == nil ? .answered : .refused
  }

  /// The class that the error begins with.
  package var failureClass: FailureClass? {
    error.flatMap { FailureClass(rawValue: String($0.prefix { $0 != ":" })) }
  }

  /// Makes the status of an endpoint that was not probed yet.
  public init(name: String, url: String) {
    self.name = name
    self.url = url
    consecutiveFailures = 0
    history = []
  }
}

/// The server as our probe saw it.
public struct ServerStatus: Codable, Sendable, Hashable {
  /// Failures in a row from which on an endpoint counts as down.
  public static let failuresUntilDown = 3

  /// The endpoints, in the order of the configuration; empty where none is configured.
  public var endpoints: [EndpointStatus]
  /// Why the server refuses us although it answers, as one sentence; `nil` where it does not.
  public var rejection: String?

  /// That it rejects us, in two or three words; `nil` where it does not.
  package var rejectionWords: String? {
    guard let rejection else { return nil }
    for endpoint in endpoints {
      switch endpoint.httpStatus {
      case 401, 403: return rejection.contains("wants a key") ? "wants a key" : "rejects our key"
      case 404: return "wrong address"
      case 429: return "quota used up"
      default: continue
      }
    }
    return "no usable key"
  }

  /// How often every endpoint answered in the last 24 hours; `nil` where that is not known.
  public var availability: Availability?

  /// Makes a status; by default nothing is configured.
  public init(endpoints: [EndpointStatus] = [], rejection: String? = nil) {
    self.endpoints = endpoints
    self.rejection = rejection
  }

  /// The state of the whole: never `down` for anything but direct, repeated failures.
  public var state: ServerState {
    guard !endpoints.isEmpty, endpoints.allSatisfy({ $0.probedAt != nil }) else { return .unknown }
    let states = endpoints.map(\.state)
    if states.allSatisfy({ $0 == .down }) { return .down }
    if states.contains(.down) { return .degraded }
    return states.contains(.unknown) ? .unknown : .up
  }

  /// Whether any endpoint answered the last probe.
  package var isAnswering: Bool {
    endpoints.contains { $0.probedAt != nil && $0.consecutiveFailures == 0 }
  }

  /// Whether an endpoint does not answer, but not yet for so often that it is down.
  package var isUncertain: Bool {
    endpoints.contains { (1..<Self.failuresUntilDown).contains($0.consecutiveFailures) }
  }

  /// When the oldest of the latest probes ended.
  public var probedAt: Timestamp? {
    endpoints.compactMap(\.probedAt).min()
  }

  /// The latency of the slowest endpoint that answered.
  public var latency: Duration? {
    endpoints.filter { $0.error == nil }.compactMap(\.latency).max()
  }
}
