/// When this machine booted, by the wall clock, and since when that has not moved.
///
/// The moment of the boot moves only when somebody sets the clock: starts of processes, boots and times
/// of files from before and after that cannot be compared.
struct ClockMemory: Hashable, Sendable {
  var bootID: String
  var bootedAt: Timestamp
  /// When it was first seen there.
  var since: Timestamp
  /// Nor was the clock set between the boot and that first look.
  var isSteadyFromBoot: Bool

  /// The moment of a boot is computed from two clocks and moves by no more than this by itself.
  private static let tolerance = Duration.seconds(2)

  /// What is known after a look; a step of the clock makes all that was known before worthless.
  static func learning(
    _ known: ClockMemory?,
    host: HostFacts,
    now: Timestamp,
    isSteadyFromBoot: () -> Bool
  ) -> ClockMemory {
    guard let known, known.bootID == host.bootID else {
      return ClockMemory(
        bootID: host.bootID,
        bootedAt: host.bootedAt,
        since: now,
        isSteadyFromBoot: isSteadyFromBoot()
      )
    }
    let step = max(host.bootedAt - known.bootedAt, known.bootedAt - host.bootedAt)
    if step <= tolerance { return known }
    return ClockMemory(
      bootID: host.bootID,
      bootedAt: host.bootedAt,
      since: now,
      isSteadyFromBoot: false
    )
  }

  /// From when on times can be compared.
  var steadySince: Timestamp { isSteadyFromBoot ? Timestamp(-.infinity) : since }

  /// The memory as a line of text.
  var text: String {
    "mem0top clock 1 \(bootID) \(bootedAt.secondsSinceEpoch) \(since.secondsSinceEpoch) "
      + "\(isSteadyFromBoot) end\n"
  }

  init(bootID: String, bootedAt: Timestamp, since: Timestamp, isSteadyFromBoot: Bool) {
    self.bootID = bootID
    self.bootedAt = bootedAt
    self.since = since
    self.isSteadyFromBoot = isSteadyFromBoot
  }

  /// Reads what `text` wrote; `nil` for anything else.
  init?(text: String) {
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 8, words[..<3] == ["mem0top", "clock", "1"], words[7] == "end\n",
      let booted = Double(words[4]), let since = Double(words[5]), let isSteady = Bool(words[6]),
      booted.isFinite, since.isFinite
    else { return nil }
    self.init(
      bootID: words[3],
      bootedAt: Timestamp(booted),
      since: Timestamp(since),
      isSteadyFromBoot: isSteady
    )
  }
}
