extension FirstSights {
  /// What our worker has noted, where any of the dead letters has a time in the future.
  static func of(_ letters: DeadLetters, in settings: EngineSettings) -> FirstSights {
    guard letters.suspects.contains(where: { letters.items[$0].flags.contains(.futureTime) }) else {
      return FirstSights()
    }
    var record = ClaimRecord(settings: settings)
    // A record that cannot be read stops the worker, which says so.
    return (try? record.load().sights) ?? FirstSights()
  }
}
