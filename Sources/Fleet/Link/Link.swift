internal import QueueEngine

/// One link as it stands: what came over it, and when it is given up or made again.
///
/// It is pure: time and chance are arguments, and the process that carries it is somebody else's.
struct Link: Sendable {
  /// What whoever has the processes must do.
  enum Order: Hashable {
    case start
    case end
    /// This is to be sent.
    case send([UInt8])
  }

  private enum Phase: Equatable {
    case resting(until: ContinuousClock.Instant)
    case starting(since: ContinuousClock.Instant)
    case live(heard: ContinuousClock.Instant)
    /// It was told to end.
    case ending(since: ContinuousClock.Instant, killed: Bool)
  }

  /// ssh gives up after 10 seconds, and then the far side has to start.
  private static let timeoutForHello = Duration.seconds(30)
  /// Three heartbeats.
  private static let timeoutForNews = Duration.seconds(45)
  private static let pauses: [Double] = [1, 2, 4, 8, 15, 30, 60]
  /// A link that lived for so long was a good one: the pauses begin anew.
  private static let goodLife = Duration.seconds(30)
  /// What a login script may print before the first line of ours, in bytes.
  private static let mostBanner = 64 << 10
  /// So many lines may make no sense.
  private static let mostNonsense = 16
  private static let mostComplaints = 4 << 10
  /// The longest line of a row and of a whole dashboard, in bytes.
  private static let (longestOfRow, longestOfWhole) = (512 << 10, 8 << 20)

  private(set) var machine: RemoteMachine
  /// Whether all that the dashboard shows is asked for.
  private(set) var isOpen = false
  /// Reports that are nobody's but the open dashboard's, oldest first.
  private var reports: [Report] = []
  private var phase: Phase
  private var splitter = LineSplitter(longest: longestOfRow)
  private var assembler = SnapshotAssembler()
  private var hasHello = false
  /// Since when the present process has been live.
  private var liveSince: ContinuousClock.Instant?
  private var banner = 0
  private var nonsense = 0
  private var complaints: [UInt8] = []
  private var failures = 0
  private var reason: String?

  init(host: RemoteHost, now: Timestamp, at instant: ContinuousClock.Instant) {
    machine = RemoteMachine(host: host, since: now)
    phase = .resting(until: instant)
  }

  /// Whether a process carries it.
  var hasProcess: Bool { if case .resting = phase { false } else { true } }

  /// When it is made again; `nil` while a process carries it.
  var restsUntil: ContinuousClock.Instant? {
    if case .resting(let until) = phase { until } else { nil }
  }

  /// What must be done as time passes.
  mutating func pass(_ instant: ContinuousClock.Instant) -> [Order] {
    switch phase {
    case .resting(let until) where instant >= until:
      phase = .starting(since: instant)
      splitter = LineSplitter(longest: isOpen ? Self.longestOfWhole : Self.longestOfRow)
      assembler = SnapshotAssembler()
      (hasHello, banner, nonsense, complaints, reason) = (false, 0, 0, [], nil)
      liveSince = nil
      return [.start]
    case .starting(let since) where since.duration(to: instant) >= Self.timeoutForHello:
      return giveUp("no answer within \(Self.timeoutForHello.components.seconds) s", instant)
    case .live(let heard) where heard.duration(to: instant) >= Self.timeoutForNews:
      return giveUp("silent for \(Self.timeoutForNews.components.seconds) s", instant)
    case .ending(let since, false) where since.duration(to: instant) >= .seconds(5):
      phase = .ending(since: instant, killed: true)
      return [.end]
    default: return []
    }
  }

  /// Takes what the far side wrote.
  mutating func take(
    _ bytes: [UInt8],
    now: Timestamp,
    at instant: ContinuousClock.Instant
  ) -> [Order] {
    if !hasHello {
      banner += bytes.count
      if banner > Self.mostBanner { return giveUp("something else than mem0top answers", instant) }
    }
    var orders: [Order] = []
    for line in splitter.add(bytes) {
      if case .ending = phase { return orders }
      orders += take(line, now: now, at: instant)
    }
    if hasHello, splitter.isSkipping, isLive {
      orders += giveUp("it sends a line without end", instant)
    }
    return orders
  }

  /// Takes what ssh and the far shell complain of.
  mutating func takeComplaint(_ bytes: [UInt8]) {
    complaints = (complaints + bytes).suffix(Self.mostComplaints)
  }

  /// The process could not be started, for this reason, half a sentence.
  mutating func failToStart(
    _ reason: String,
    now: Timestamp,
    at instant: ContinuousClock.Instant,
    chance: Double
  ) {
    lose(reason, now: now, at: instant, chance: chance)
  }

  /// The process has ended, with this status or by minus this signal.
  mutating func end(
    status: Int32,
    now: Timestamp,
    at instant: ContinuousClock.Instant,
    chance: Double
  ) {
    lose(reason ?? explanation(of: status), now: now, at: instant, chance: chance)
  }

  /// Asks for all that the dashboard shows, or only for what a row shows.
  mutating func open(_ isOpen: Bool) -> [Order] {
    guard isOpen != self.isOpen else { return [] }
    self.isOpen = isOpen
    splitter.longest = isOpen ? Self.longestOfWhole : Self.longestOfRow
    return isLive ? [.send(Request.depth(isWhole: isOpen).line)] : []
  }

  var isLive: Bool { if case .live = phase { true } else { false } }

  /// The reports that have come since the last time.
  mutating func takeReports() -> [Report] {
    defer { reports = [] }
    return reports
  }

  // MARK: Lines

  private mutating func take(
    _ line: LineSplitter.Line,
    now: Timestamp,
    at instant: ContinuousClock.Instant
  ) -> [Order] {
    guard case .whole(let bytes) = line else {
      return hasHello ? giveUp("it sends a line without end", instant) : []
    }
    do throws(WireError) {
      let value = try WireValue(line: bytes)
      guard hasHello else { return try takeHello(Hello(value), now: now, at: instant) }
      try takeNews(value, now: now, at: instant)
      return []
    } catch {
      // Before the first line of ours a login script may say what it likes.
      guard hasHello else { return [] }
      nonsense += 1
      return nonsense > Self.mostNonsense
        ? giveUp("it sends lines that make no sense", instant) : []
    }
  }

  private mutating func takeHello(
    _ hello: Hello,
    now: Timestamp,
    at instant: ContinuousClock.Instant
  ) -> [Order] {
    guard hello.protocol.isUnderstood else {
      return giveUp(
        "mem0top \(hello.program) there speaks protocol \(hello.protocol), and this one"
          + " \(WireVersion.current): update the older of them",
        instant
      )
    }
    if let asked = machine.host.directory, !Self.isSame(asked, hello.directory) {
      return giveUp(
        "it shows \(Scrubber.scrub(hello.directory)) and not the directory that was asked for;"
          + " the key may be bound to it in authorized_keys",
        instant
      )
    }
    hasHello = true
    (phase, liveSince) = (.live(heard: instant), instant)
    machine.hello = hello
    (machine.standing, machine.since) = (.live, now)
    machine.heardAt = now
    machine.clockLead = hello.at - now
    return isOpen ? [.send(Request.depth(isWhole: true).line)] : []
  }

  /// Whether two paths are spelled alike, as far as that can be told from here.
  private static func isSame(_ asked: String, _ shown: String) -> Bool {
    let names = { (path: String) in path.split(separator: "/").filter { $0 != "." } }
    guard asked.hasPrefix("/"), !names(asked).contains("..") else { return true }
    return names(asked) == names(shown)
  }

  private mutating func takeNews(
    _ value: WireValue,
    now: Timestamp,
    at instant: ContinuousClock.Instant
  ) throws(WireError) {
    let isNew = try assembler.take(value)
    if isLive { phase = .live(heard: instant) }
    machine.heardAt = now
    if case .number = value["at"] { note(Timestamp(value["at"].double) - now) }
    if isNew || value["is"].text == ReportKind.beat.rawValue {
      (machine.snapshot, machine.findings) = (assembler.snapshot, assembler.findings)
      (machine.letters, machine.hasLists) = (assembler.letters, assembler.hasLists)
    }
    guard let report = try Report(value) else { return }
    // What became of an action is told whoever looks where.
    if case .ended = report { reports.append(report) } else if isOpen { reports.append(report) }
  }

  /// Notes by how much the far clock is ahead: what was longest under way says least.
  private mutating func note(_ lead: Duration) {
    let step = lead - machine.clockLead
    // A clock that was set is another one.
    if step > .zero || step < .seconds(-2) { machine.clockLead = lead }
  }

  // MARK: Ends

  private mutating func giveUp(
    _ reason: String,
    _ instant: ContinuousClock.Instant
  ) -> [Order] {
    self.reason = reason
    phase = .ending(since: instant, killed: false)
    return [.end]
  }

  private mutating func lose(
    _ reason: String,
    now: Timestamp,
    at instant: ContinuousClock.Instant,
    chance: Double
  ) {
    if machine.standing == .live {
      if let liveSince, liveSince.duration(to: instant) >= Self.goodLife { failures = 0 }
      machine.since = now
    }
    machine.standing = .lost(reason)
    let pause = Self.pauses[min(failures, Self.pauses.count - 1)]
    failures += 1
    // Machines that went down together must not all be asked again at once.
    phase = .resting(until: instant + .seconds(pause * (0.5 + chance)))
  }

  /// Why a process has ended, in half a sentence.
  private func explanation(of status: Int32) -> String {
    let complaint = lastComplaint
    return switch status {
    case 127 where !hasHello: "mem0top is not installed there"
    case 126 where !hasHello: "mem0top cannot be run there"
    case 0 where hasHello: complaint ?? "the far side has ended"
    case 0: complaint ?? "it answered nothing"
    case ..<0: complaint ?? "it was ended by signal \(-status)"
    default: complaint ?? "it ended with status \(status)"
    }
  }

  /// The last line that ssh or the far side complained of, scrubbed.
  private var lastComplaint: String? {
    let lines = complaints.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    guard let last = lines.last(where: { !$0.allSatisfy { $0 <= 0x20 } }) else { return nil }
    let text = Scrubber.scrub(bytes: last.prefix(400))
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
