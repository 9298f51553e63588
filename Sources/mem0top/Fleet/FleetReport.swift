internal import Dashboard
internal import Fleet
internal import QueueEngine

/// What `status` says of many machines.
struct FleetReport {
  let sights: [FleetObserver.Sight]
  let now: Timestamp

  private var digest: FleetDigest {
    FleetDigest(sights.map(\.row), at: now, zoneOffset: LocalTime.offset(at: now))
  }

  /// For people: one machine as `status` shows this one, several as a table under their verdict.
  func text(_ ink: Ink) -> String {
    if sights.count == 1, var observation = sights[0].observation {
      observation = observation.named(sights[0].machine.host.name)
      return StatusText(observation, ink: ink).text
    }
    let digest = digest
    let head = ink.paint(digest.heading, digest.severity)
    let sentence = digest.sentence.isEmpty ? "" : "  \(digest.sentence)"
    return "\(head)\(sentence)\n  \(digest.counts)\n\n\(digest.table.text)"
  }

  /// One short line, whose `#` tmux takes for no style.
  var oneLine: String {
    let digest = digest
    let line = digest.level == .fine ? digest.heading : "\(digest.heading) · \(digest.counts)"
    return String(line.prefix(60)).replacing("#", with: "##")
  }

  /// For programs: schema 1, each machine with the object that `status --json` prints there.
  func document(_ keymap: Keymap) -> Document {
    Document(
      generatedAt: now.iso8601,
      machines: sights.map { sight in
        Machine(
          name: sight.machine.host.name,
          state: sight.observation == nil ? "no_answer" : "live",
          error: sight.reason,
          seenAt: sight.machine.heardAt?.iso8601,
          status: sight.observation?.report(keymap)
        )
      }
    )
  }

  /// The object of `status --json --hosts`.
  struct Document: Encodable {
    let schema = 1
    let generatedAt: String
    let machines: [Machine]

    enum CodingKeys: String, CodingKey {
      case schema, machines
      case generatedAt = "generated_at"
    }
  }

  /// One machine in it; what is not known is an explicit `null`.
  struct Machine: Encodable {
    let name: String
    let state: String
    @Nullable var error: String?
    @Nullable var seenAt: String?
    @Nullable var status: StatusReport?

    enum CodingKeys: String, CodingKey {
      case name, state, error, status
      case seenAt = "seen_at"
    }
  }
}

extension FleetDigest {
  /// The severity in whose colour it is told; what is not known is told like a warning.
  var severity: Severity {
    switch level {
    case .critical: .critical
    case .warning, .unknown, .connecting: .warning
    case .fine: .ok
    }
  }
}

extension Observation {
  /// The same with the machine before the directory, and before the commands: they are for there.
  fileprivate func named(_ name: String) -> Observation {
    var snapshot = snapshot
    snapshot.directory = "\(name):\(snapshot.directory)"
    let findings = findings.map { finding in
      var finding = finding
      if let command = finding.suggestion?.command {
        finding.suggestion?.command = "on \(name): \(command)"
      }
      return finding
    }
    return Observation(snapshot: snapshot, findings: findings, now: now)
  }
}
