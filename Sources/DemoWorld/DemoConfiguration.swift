internal import QueueEngine

/// The configuration that the demonstration's dashboard and workers read, in the sandbox.
enum DemoConfiguration {
  /// How often the demonstration starts a worker, where there is traffic.
  static let workerInterval = Duration.seconds(4)

  /// The variables of a process that sees nothing but the sandbox.
  ///
  /// The person's own settings must not reach it: a worker that took the server from one of them
  /// would deliver the demonstration's memories there.
  static func environment(
    of sandbox: Sandbox,
    from environment: [String: String]
  ) -> [String: String] {
    var own = environment.filter { !$0.key.hasPrefix("MEM0TOP_") }
    own["MEM0TOP_DIR"] = sandbox.directory
    own["XDG_CONFIG_HOME"] = sandbox.configurationHome
    own["XDG_STATE_HOME"] = sandbox.stateHome
    return own
  }

  /// Writes the file; where time stands still, cron's usual interval is the measure.
  static func write(
    into sandbox: Sandbox,
    _ receiver: DemoReceiver,
    hasTraffic: Bool
  ) throws(DemoError) {
    let endpoints = receiver.endpoints.map {
      "{ name = \"\($0.name)\", url = \"\($0.url)\" }"
    }
    let interval = hasTraffic ? "2m" : "10m"
    let text = """
      [server]
      url = "\(receiver.url)"
      health = [\(endpoints.joined(separator: ", "))]
      probe_interval = "2s"
      [worker]
      interval = "\(interval)"

      """
    try Sandbox.makeDirectory(sandbox.configurationHome + "/mem0top")
    let path = sandbox.configurationHome + "/mem0top/config.toml"
    try Sandbox.write(text, to: path, modifiedAt: SystemClock.now)
  }
}
