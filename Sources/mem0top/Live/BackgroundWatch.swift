internal import Mem0Client
internal import QueueEngine

/// What a daemon does beside its runs: it watches the directory as a dashboard does, records the past, and
/// tells of incidents.
enum BackgroundWatch {
  /// As long as a slot of the finest ring.
  private static let interval = Duration.seconds(10)

  /// Watches until the task is cancelled; `complain` hears of an alert that could not be told.
  static func run(
    _ configuration: Configuration,
    complain: @escaping @Sendable (String) -> Void
  ) async {
    let dispatcher = AlertDispatcher(configuration)
    var observer = Observer(configuration)
    let chronicle = Chronicle(configuration, channels: AlertDispatcher.channelsWithoutTerminal)
    _ = chronicle.load(now: SystemClock.now)
    var asked: (server: ServerStatus, at: Timestamp)?
    while !Task.isCancelled {
      let observation: Observation
      let now = SystemClock.now
      // The server is asked as often as a dashboard asks it.
      if let (server, moment) = asked, now >= moment,
        now - moment < configuration.server.probeInterval
      {
        observation = observer.look(server: server)
      } else {
        observation = await observer.lookQuickly()
        asked = (observation.snapshot.server, now)
      }
      let news = chronicle.note(observation.snapshot, at: SystemClock.now)
      await dispatcher.tell(news.alerts, of: observation.snapshot, complain: complain)
      // Cut short by the end of the daemon, which ends the loop.
      try? await Task.sleep(for: interval)
    }
    chronicle.close()
  }
}
