/// Whether the server answers, as our own probe saw it.
public enum ServerState: String, Codable, Sendable {
  /// Every endpoint answers.
  case up
  /// Some endpoints do not answer, or none has failed often enough to call the server down.
  case degraded
  /// Every endpoint failed three probes in a row.
  case down
  /// Nothing is configured, or nothing has been probed yet.
  case unknown
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
  /// When the last probe ended.
  public var probedAt: Timestamp?
  /// The latest probes, oldest first: seconds until the answer, or `nil` for a failure.
  public var history: [Double?]

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

  /// Makes a status; by default nothing is configured.
  public init(endpoints: [EndpointStatus] = [], rejection: String? = nil) {
    self.endpoints = endpoints
    self.rejection = rejection
  }

  /// The state of the whole: never `down` for anything but direct, repeated failures.
  public var state: ServerState {
    guard !endpoints.isEmpty, endpoints.allSatisfy({ $0.probedAt != nil }) else { return .unknown }
    if endpoints.allSatisfy({ $0.error == nil }) { return .up }
    let isDown = endpoints.allSatisfy { $0.consecutiveFailures >= Self.failuresUntilDown }
    return isDown ? .down : .degraded
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
