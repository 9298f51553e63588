internal import QueueEngine

/// The fleet in one sentence: its worst, and whether the server or one machine's network is at fault.
struct FleetVerdict {
  let mark: String
  let heading: String
  let sentence: String
  let level: FleetMachine.Level
  /// The place of the machine that it is about; `nil` where it is about many.
  var place: Int?
  /// What stands in the second row.
  var besides = ""

  init(_ fleet: Fleet, at now: Timestamp) {
    let live = fleet.machines.filter(\.isLive)
    let worst = fleet.machines.max { $0.level < $1.level }?.level ?? .connecting
    let counts = Self.counts(fleet)
    if let outage = Self.outage(fleet, live, at: now) {
      self = outage
    } else if worst == .critical || worst == .warning,
      let place = Self.worstPlace(fleet), let finding = fleet.machines[place].findings.first
    {
      let machine = fleet.machines[place]
      let word = StateWord.finding(finding)
      mark = word.mark
      heading = "\(machine.name): \(word.word)"
      sentence = finding.summary
      level = machine.level
      self.place = place
    } else if worst == .unknown {
      let lost = fleet.machines.filter { $0.level == .unknown }
      (mark, level) = ("?", .unknown)
      heading = lost.count == 1 ? "\(lost[0].name): NO ANSWER" : "\(lost.count) MACHINES: NO ANSWER"
      sentence = Self.reason(of: lost)
      place = lost.count == 1 ? fleet.machines.firstIndex { $0.level == .unknown } : nil
    } else if worst == .connecting {
      (mark, level) = ("○", .connecting)
      heading = live.isEmpty ? "connecting" : "\(live.count) of \(fleet.machines.count) answer"
      sentence = live.isEmpty ? "" : "all of them are clear"
    } else {
      (mark, level) = ("●", .fine)
      heading = "all clear"
      sentence = Self.calm(live)
    }
    besides = worst == .fine ? "" : counts
  }

  private init(mark: String, heading: String, sentence: String, level: FleetMachine.Level) {
    (self.mark, self.heading, self.sentence, self.level) = (mark, heading, sentence, level)
  }

  private static func worstPlace(_ fleet: Fleet) -> Int? {
    // Rows may stand by another order.
    fleet.machines.indices.filter { fleet.machines[$0].isLive }.max { one, other in
      let (left, right) = (fleet.machines[one], fleet.machines[other])
      if left.level != right.level { return left.level < right.level }
      if left.rank != right.rank { return left.rank > right.rank }
      let (first, second) = (left.levelSince, right.levelSince)
      return (first?.secondsSinceEpoch ?? .infinity) > (second?.secondsSinceEpoch ?? .infinity)
    }
  }

  /// The server that machines see down: it is the server where more than one does and none reaches it,
  /// and that machine's network where one alone does and others reach it.
  private static func outage(
    _ fleet: Fleet,
    _ live: [FleetMachine],
    at now: Timestamp
  ) -> FleetVerdict? {
    let down = live.filter { $0.snapshot?.server.state == .down }
    guard let first = down.min(by: { downSince($0) ?? now < downSince($1) ?? now }) else {
      return nil
    }
    // Something else that is critical, on a machine that reaches its server, is not explained by this.
    let others = live.filter { $0.level == .critical && $0.snapshot?.server.state != .down }
    guard others.isEmpty else { return nil }
    let server = Set(first.addresses)
    let seers = down.filter { !server.isDisjoint(with: $0.addresses) }
    let reachers = live.filter {
      $0.snapshot?.server.state == .up && !server.isDisjoint(with: $0.addresses)
    }
    let since = downSince(first).map { ", for \((now - $0).ageText)" } ?? ""
    if seers.count > 1, reachers.isEmpty {
      return FleetVerdict(
        mark: "✖",
        heading: "SERVER DOWN",
        sentence:
          "It is the server: \(seers.count) machines see it down\(since), and none reaches it."
          + " Nothing is lost; what waits is delivered when it is back.",
        level: .critical
      )
    }
    guard !reachers.isEmpty else { return nil }
    let reach = reachers.count == 1 ? "1 other reaches" : "\(reachers.count) others reach"
    let names = seers.count == 1 ? first.name : "\(seers.count) MACHINES"
    var verdict = FleetVerdict(
      mark: "✖",
      heading: "\(names): SERVER NOT REACHED",
      sentence: seers.count == 1
        ? "It is that machine's network: \(reach) the same server\(since.isEmpty ? "" : " (down there\(since.dropFirst())).")"
        : "It is their network: \(reach) the same server.",
      level: .critical
    )
    verdict.place = seers.count == 1 ? fleet.machines.firstIndex { $0.name == first.name } : nil
    return verdict
  }

  private static func downSince(_ machine: FleetMachine) -> Timestamp? {
    machine.snapshot?.server.endpoints.compactMap(\.troubledSince).min()
      .map { $0 - machine.clockLead }
  }

  /// How many machines stand how, the worst first.
  static func counts(_ fleet: Fleet) -> String {
    let words: [(FleetMachine.Level, String)] = [
      (.critical, "critical"), (.unknown, "no answer"), (.warning, "with a warning"),
      (.connecting, "connecting"), (.fine, "all clear"),
    ]
    return words.compactMap { level, word in
      let count = fleet.machines.count { $0.level == level }
      return count == 0 ? nil : "\(count) \(word)"
    }.joined(separator: " · ")
  }

  private static func reason(of lost: [FleetMachine]) -> String {
    let reasons = lost.compactMap { machine in
      if case .lost(let reason) = machine.standing { reason } else { nil }
    }
    guard let first = reasons.first else { return "" }
    let end = " What waits there is not known."
    if Set(reasons).count == 1 { return first + "." + end }
    return lost.prefix(3).map(\.name).joined(separator: ", ")
      + (lost.count > 3 ? " and \(lost.count - 3) more" : "") + "." + end
  }

  private static func calm(_ live: [FleetMachine]) -> String {
    let pending = live.reduce(0) { $0 + ($1.snapshot?.queue.content?.pending ?? 0) }
    let letters = live.reduce(0) { $0 + $1.deadLetters }
    let machines = live.count == 1 ? "1 machine" : "\(live.count) machines"
    let waiting = pending == 0 ? "nothing waits" : "\(pending) wait"
    return "\(machines) · \(waiting)"
      + (letters == 0 ? "" : " · \(letters) dead letter\(letters == 1 ? "" : "s")")
  }
}

extension FleetMachine {
  /// The servers that it delivers to, by the addresses of their endpoints.
  fileprivate var addresses: [String] { snapshot?.server.endpoints.map(\.url) ?? [] }
}
