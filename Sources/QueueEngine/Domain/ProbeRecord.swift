/// How an endpoint's probes have gone since the last change, as far as somebody looked.
package struct ProbeCourse: Hashable, Sendable {
  /// How a probe goes.
  package enum Kind: String, Sendable {
    case answered, failed
    /// It answers, and refuses us.
    case refused
  }

  /// Two probes that are further apart say nothing of the time between; monitoring asks every five or
  /// ten minutes.
  static let longestGap = Duration.seconds(900)

  package var kind: Kind
  /// The first probe that went so.
  package var since: Timestamp
  /// The latest one.
  package var last: Timestamp

  /// This course, continued by another one or cut short by it: the later one decides.
  func joined(with other: ProbeCourse) -> ProbeCourse {
    var (earlier, later) = last <= other.last ? (self, other) : (other, self)
    guard earlier.kind == later.kind, later.since - earlier.last <= Self.longestGap else {
      return later
    }
    earlier.since = min(earlier.since, later.since)
    later.since = earlier.since
    return later
  }
}

/// What probes of the last 24 hours came to, counted in slots of five minutes.
///
/// A series of slots belongs to an endpoint's address, and one to all addresses together, whose
/// probe is answered if every endpoint answers. So an endpoint that is configured anew starts anew.
package struct ProbeRecord: Hashable, Sendable {
  /// What the probes of one slot came to.
  package struct Tally: Hashable, Sendable {
    package var answered = 0
    package var failed = 0
    /// The sum of the latencies of those that were answered.
    package var latency = Duration.zero
    /// For how long of the slot there was somebody who probed.
    package var watched = Duration.zero

    static func += (tally: inout Tally, other: Tally) {
      tally.answered += other.answered
      tally.failed += other.failed
      tally.latency += other.latency
      tally.watched += other.watched
    }
  }

  /// The length of a slot, in seconds.
  package static let slotSeconds = 300
  private static let slotsKept = 86_400 / slotSeconds
  private static let slotsPerPart = slotsKept / Availability.partCount
  /// A longer time between two probes was not watched.
  private static let longestGap = Duration.seconds(slotSeconds)
  /// From so much watched time on an availability is told.
  private static let leastWatched = Duration.seconds(60)

  /// Tallies by the addresses of a series and by the number of the slot since 1970.
  package internal(set) var series: [String: [Int: Tally]] = [:]
  /// How the probes of each endpoint have gone lately, by its address.
  package internal(set) var courses: [String: ProbeCourse] = [:]
  /// When the last probe was noted.
  package internal(set) var lastProbe: Timestamp?

  package init() {}

  package var isEmpty: Bool { series.isEmpty }

  /// Counts one probe of all endpoints, and the time since the one before as watched.
  mutating func note(_ status: ServerStatus, at now: Timestamp, previous: Timestamp?) {
    guard let slot = Self.slot(of: now) else { return }
    var tally = Tally()
    if let previous, now > previous, now - previous <= Self.longestGap {
      tally.watched = now - previous
    }
    lastProbe = now
    for (key, endpoints) in Self.keys(of: status) {
      var tally = tally
      if endpoints.allSatisfy({ $0.error == nil }) {
        tally.answered = 1
        tally.latency = endpoints.compactMap(\.latency).max() ?? .zero
      } else {
        tally.failed = 1
      }
      series[key, default: [:]][slot, default: Tally()] += tally
    }
    for endpoint in status.endpoints {
      guard let kind = endpoint.course else { continue }
      add(
        ProbeCourse(kind: kind, since: endpoint.troubledSince ?? now, last: now),
        of: endpoint.url
      )
    }
  }

  private mutating func add(_ course: ProbeCourse, of url: String) {
    courses[url] = courses[url]?.joined(with: course) ?? course
  }

  /// Adds what another record counted.
  mutating func add(_ other: ProbeRecord) {
    for (key, slots) in other.series {
      series[key, default: [:]].merge(slots) { tally, more in
        var sum = tally
        sum += more
        return sum
      }
    }
    for (url, course) in other.courses { add(course, of: url) }
    lastProbe = [lastProbe, other.lastProbe].compactMap { $0 }.max()
  }

  /// Forgets what is older than 24 hours or lies in the future.
  mutating func prune(at now: Timestamp) {
    guard let current = Self.slot(of: now) else { return }
    let kept = current - Self.slotsKept + 1...current
    series = series.mapValues { $0.filter { kept.contains($0.key) } }.filter { !$0.value.isEmpty }
    let day = Duration.seconds(Self.slotsKept * Self.slotSeconds)
    courses = courses.filter { $0.value.last <= now && now - $0.value.last <= day }
    if let lastProbe, lastProbe > now { self.lastProbe = nil }
  }

  /// The status with the availability of the whole and of each endpoint, and since when one is troubled.
  package func completed(_ status: ServerStatus, at now: Timestamp) -> ServerStatus {
    var status = status
    status.availability = availability(of: status.endpoints.map(\.url), at: now)
    for index in status.endpoints.indices {
      status.endpoints[index].availability = availability(
        of: [status.endpoints[index].url],
        at: now
      )
      status.endpoints[index].troubledSince = troubledSince(status.endpoints[index])
    }
    return status
  }

  /// A status after one probe, with the failures that others saw just before.
  ///
  /// Two of theirs and this one are three in a row. Not so where no answer came in time: a single probe may
  /// wait for less long than it takes.
  package func continued(_ status: ServerStatus) -> ServerStatus {
    var status = status
    for (index, endpoint) in status.endpoints.enumerated() where endpoint.course == .failed {
      guard let course = courses[endpoint.url], course.kind == .failed, course.last > course.since,
        let probedAt = endpoint.probedAt, probedAt - course.last <= ProbeCourse.longestGap,
        endpoint.failureClass != .timeout
      else { continue }
      status.endpoints[index].consecutiveFailures = max(
        endpoint.consecutiveFailures,
        ServerStatus.failuresUntilDown
      )
    }
    return status
  }

  private func troubledSince(_ endpoint: EndpointStatus) -> Timestamp? {
    guard let since = endpoint.troubledSince, let course = courses[endpoint.url],
      course.kind == endpoint.course, since - course.last <= ProbeCourse.longestGap
    else { return endpoint.troubledSince }
    return min(since, course.since)
  }

  /// Whether a look adds to what is known of the endpoints' courses: one is troubled and was not a
  /// minute ago, or answers again.
  package func lacks(_ status: ServerStatus) -> Bool {
    status.endpoints.contains { endpoint in
      guard let kind = endpoint.course, let probedAt = endpoint.probedAt else { return false }
      let course = courses[endpoint.url]
      if kind == .answered { return course.map { $0.kind != .answered } ?? false }
      return course.map { $0.kind != kind || probedAt - $0.last >= .seconds(60) } ?? true
    }
  }

  private func availability(of urls: [String], at now: Timestamp) -> Availability? {
    guard let slots = series[Self.key(of: urls)], let current = Self.slot(of: now) else {
      return nil
    }
    var total = Tally()
    var tallies = Array(repeating: Tally(), count: Availability.partCount)
    let thisPart = current / Self.slotsPerPart
    for (slot, tally) in slots where slot > current - Self.slotsKept && slot <= current {
      total += tally
      total.watched -= max(tally.watched - .seconds(Self.slotSeconds), .zero)
      let part = Availability.partCount - 1 - (thisPart - slot / Self.slotsPerPart)
      if tallies.indices.contains(part) { tallies[part] += tally }
    }
    let probes = total.answered + total.failed
    guard probes > 0, total.watched >= Self.leastWatched else { return nil }
    return Availability(
      share: Double(total.answered) / Double(probes),
      watched: total.watched,
      parts: tallies.map(\.part)
    )
  }

  /// The keys of the series that a status is counted in, with the endpoints of each.
  private static func keys(of status: ServerStatus) -> [String: [EndpointStatus]] {
    var keys = [key(of: status.endpoints.map(\.url)): status.endpoints]
    for endpoint in status.endpoints where keys[endpoint.url] == nil {
      keys[endpoint.url] = [endpoint]
    }
    return keys
  }

  private static func key(of urls: [String]) -> String { urls.joined(separator: " ") }

  private static func slot(of moment: Timestamp) -> Int? {
    let slot = (moment.secondsSinceEpoch / Double(slotSeconds)).rounded(.down)
    return Int(exactly: slot)
  }
}

extension ProbeRecord.Tally {
  fileprivate var part: Availability.Part {
    var part = Availability.Part()
    part.isProbed = answered + failed > 0
    if answered > 0 { part.latency = latency / answered }
    return part
  }
}
