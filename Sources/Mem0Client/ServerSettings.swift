/// Which kind of receiver takes the memories.
package enum ServerAPI: String, CaseIterable, Sendable {
  /// The bridge in front of a Mem0 server.
  case bridge
  /// The open-source server.
  case mem0
  /// The hosted platform.
  case platform
  /// What `[server.custom]` describes.
  case custom
}

/// A health endpoint: a name for people, and the address that is asked.
package struct HealthEndpoint: Hashable, Sendable {
  package var name: String
  package var url: String
  /// The address that is asked where the first one answers 404; only presets know one.
  package internal(set) var fallback: String?
  /// Whether only JSON is an answer.
  package internal(set) var mustBeJSON = false

  package init(name: String, url: String) {
    self.name = name
    self.url = url
  }
}

/// Where the key comes from; the key itself is never part of the settings.
package enum KeySource: Hashable, Sendable {
  case none
  /// The name of an environment variable.
  case environment(String)
  /// The path of a file that only its owner may read.
  case file(String)
}

/// The server as it is configured; by default nothing is, and nothing is contacted.
package struct ServerSettings: Hashable, Sendable {
  package var api = ServerAPI.bridge
  /// Where memories are added; `nil` means nowhere.
  package var url: String?
  /// The health endpoints that were named.
  package var health: [HealthEndpoint] = []
  /// The name of the environment variable with the key.
  package var keyEnvironment: String?
  /// The path of the file with the key.
  package var keyFile: String?
  package var probeInterval = Duration.seconds(10)
  /// How the receiver is spoken to where `api` is `custom`.
  package var custom = CustomServer()

  package init() {}

  /// What is probed: the named endpoints, else the preset's health path on `url`.
  package var endpoints: [HealthEndpoint] {
    if !health.isEmpty { return health }
    guard let base, isSpoken else { return [] }
    let health = preset.health
    var endpoint = HealthEndpoint(name: api.rawValue, url: base + health.path)
    endpoint.fallback = health.fallbackPath.map { base + $0 }
    endpoint.mustBeJSON = health.mustBeJSON
    return [endpoint]
  }

  /// Whether it is known how to speak to the receiver: a custom one must be described.
  package var isSpoken: Bool { api != .custom || custom.isComplete }

  /// The address that paths are appended to, without a slash at its end.
  var base: String? {
    url.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  /// The environment variable wins where both are set.
  package var keySource: KeySource {
    if let keyEnvironment { return .environment(keyEnvironment) }
    if let keyFile { return .file(keyFile) }
    return .none
  }
}
