/// What is wrong and was, and how findings change it; pure.
package struct IncidentBook: Hashable, Sendable {
  /// So many that have ended are kept.
  static let mostEnded = 200
  /// What comes back so soon after its end is the same incident.
  package static let settling = Duration.seconds(60)

  /// Ascending by number.
  package internal(set) var incidents: [Incident] = []

  package init() {}

  /// What one program sees, and saw before.
  struct Sight {
    /// What it sees now, by trouble.
    var findings: [FindingCode: Finding]
    /// The troubles that it saw at its look before; `nil` at its first look.
    var before: Set<FindingCode>?
    /// When it looked before, or when anybody did.
    var lastLook: Timestamp?
    /// Whether it can tell what depends on the server.
    var knowsServer: Bool
    /// Whether it could at its look before.
    var knewServer: Bool
    var now: Timestamp
  }

  /// Begins what is new, and ends what is over; `actions` are the last entries of the audit log.
  ///
  /// Of an incident that another program has begun and that this one never saw, it does not see the end
  /// either: only a first look judges those, which may have ended while nobody watched.
  mutating func note(_ sight: Sight, actions: () -> [AuditEntry]) {
    let codes = FindingCode.allCases.filter { sight.findings[$0] != nil }
    for trouble in codes {
      guard let finding = sight.findings[trouble] else { continue }
      begin(finding, trouble, sight.now)
    }
    let over = incidents.indices.filter { index in
      let incident = incidents[index]
      guard incident.end == nil, sight.findings[incident.code.trouble] == nil else { return false }
      if incident.code.needsProbe, !sight.knowsServer || !sight.knewServer {
        return sight.knowsServer
      }
      return sight.before?.contains(incident.code.trouble) ?? true
    }
    let unclear = incidents.indices.filter { Self.awaitsRemedy(incidents[$0], at: sight.now) }
    guard !over.isEmpty || !unclear.isEmpty else { return }
    let entries = actions()
    for index in unclear {
      guard let end = incidents[index].end else { continue }
      let known = Self.end(of: incidents[index], end.lastSeen, end.moment, entries)
      if known.origin != nil { incidents[index].end = known }
    }
    for index in over {
      let wasSeen = sight.before?.contains(incidents[index].code.trouble) ?? false
      let lastSeen =
        wasSeen ? sight.lastLook : sight.lastLook.map { max($0, incidents[index].since) }
      incidents[index].end = Self.end(of: incidents[index], lastSeen, sight.now, entries)
    }
    prune()
  }

  /// Who acted is written down a moment after the files have changed: for so long an end by itself may
  /// turn out to be somebody's act.
  private static let attribution = Duration.seconds(5)

  /// Whether it may turn out yet who ended an incident.
  func awaitsRemedy(at now: Timestamp) -> Bool {
    incidents.contains { Self.awaitsRemedy($0, at: now) }
  }

  private static func awaitsRemedy(_ incident: Incident, at now: Timestamp) -> Bool {
    guard let end = incident.end, end.origin == nil, now >= end.moment else { return false }
    return now - end.moment <= attribution
  }

  private mutating func begin(_ finding: Finding, _ trouble: FindingCode, _ now: Timestamp) {
    let last = incidents.lastIndex { $0.code.trouble == trouble }
    if let last, incidents[last].end == nil {
      let known = incidents[last]
      if known.severity < finding.severity
        || known.severity == finding.severity && known.code != finding.code
      {
        incidents[last].describe(finding)
      }
      return
    }
    if let last, let end = incidents[last].end, now >= end.moment,
      now - end.moment <= Self.settling, !Self.isAnother(finding, after: end)
    {
      incidents[last].end = nil
      // Who was told that it is over hears that it is back.
      incidents[last].told.subtract(incidents[last].toldEnd)
      incidents[last].toldEnd = []
      return
    }
    let number = (incidents.last?.number ?? 0) + 1
    incidents.append(Incident(finding, number: number, now: now))
  }

  /// Whether a trouble that somebody ended has begun anew since: of another lock, say.
  private static func isAnother(_ finding: Finding, after end: Incident.End) -> Bool {
    end.action != nil && finding.since.map { $0 > end.moment } ?? false
  }

  private mutating func prune() {
    let ended = incidents.count(where: { $0.end != nil })
    var surplus = ended - Self.mostEnded
    guard surplus > 0 else { return }
    incidents.removeAll { incident in
      guard surplus > 0, incident.end != nil else { return false }
      surplus -= 1
      return true
    }
  }

  /// How an incident ended: by the last action that can have done it, else by itself.
  private static func end(
    of incident: Incident,
    _ lastSeen: Timestamp?,
    _ now: Timestamp,
    _ entries: [AuditEntry]
  ) -> Incident.End {
    let earliest = max(incident.since, (lastSeen ?? now) - incident.code.remedyTime)
    // Entries are dated by whole seconds.
    let first = Timestamp(earliest.secondsSinceEpoch.rounded(.down))
    let remedy = entries.last { entry in
      guard let action = ActionKind(journalName: entry.action),
        incident.code.remedies.contains(action), let moment = ISOTime.moment(entry.time)
      else { return false }
      // That a worker has run ends that none does, whatever came of it.
      let hasEffect = entry.result == .done && entry.changed > 0
      guard hasEffect || incident.code == .workerNotRunning else { return false }
      return moment >= first && moment <= now + .seconds(1)
    }
    guard let remedy else { return Incident.End(now, lastSeen: lastSeen) }
    return Incident.End(
      now,
      lastSeen: lastSeen,
      origin: remedy.origin,
      action: ActionKind(journalName: remedy.action),
      pid: pid(in: remedy.summary)
    )
  }

  /// How an incident ended that nobody watched end: by the last action since that can have done it.
  package static func endUnwatched(
    of incident: Incident,
    entries: [AuditEntry],
    now: Timestamp
  ) -> Incident.End {
    end(of: incident, incident.since, now, entries)
  }

  /// The number behind the word `pid` in a sentence.
  private static func pid(in sentence: String) -> Int32? {
    let words = sentence.split { !$0.isLetter && !$0.isNumber }
    guard let place = words.firstIndex(of: "pid"), words.indices.contains(place + 1) else {
      return nil
    }
    return Int32(words[place + 1])
  }
}

/// What somebody is to be told of.
package struct IncidentNews: Hashable, Sendable {
  package let incident: Incident
  /// Whether it is over.
  package var isOver: Bool { incident.end != nil }
  /// The ways by which this program tells of it.
  package let channels: Set<AlertChannel>
}

extension IncidentBook {
  /// What nobody was told of yet by these ways; it is taken to be told from then on.
  ///
  /// That it is over is told to whom its beginning was told, once it has been over for a minute.
  mutating func claim(
    _ channels: Set<AlertChannel>,
    from severity: Severity,
    at now: Timestamp
  ) -> [IncidentNews] {
    var news: [IncidentNews] = []
    for index in incidents.indices {
      let due = due(incidents[index], channels, from: severity, at: now)
      guard !due.isEmpty else { continue }
      news.append(IncidentNews(incident: incidents[index], channels: due))
      if incidents[index].end == nil {
        incidents[index].told.formUnion(due)
      } else {
        incidents[index].toldEnd.formUnion(due)
      }
    }
    return news
  }

  /// Whether there is anything to claim.
  func hasNews(_ channels: Set<AlertChannel>, from severity: Severity, at now: Timestamp) -> Bool {
    incidents.contains { !due($0, channels, from: severity, at: now).isEmpty }
  }

  private func due(
    _ incident: Incident,
    _ channels: Set<AlertChannel>,
    from severity: Severity,
    at now: Timestamp
  ) -> Set<AlertChannel> {
    guard let end = incident.end else {
      return incident.severity >= severity ? channels.subtracting(incident.told) : []
    }
    guard now - end.moment >= Self.settling || now < end.moment else { return [] }
    return channels.intersection(incident.told).subtracting(incident.toldEnd)
  }
}
