internal import QueueEngine

/// An observation as a monitoring plugin prints it: `MEM0TOP OK - sentence | label=value;warn;crit`.
struct CheckLine {
  let severity: Severity
  let text: String
  /// There is nothing to judge: no directory, or none of the files in it.
  let isBlind: Bool

  /// What makes a check blind.
  private static let blinding: Set<FindingCode> = [.directoryMissing, .nothingHere]

  /// Makes the line of the findings that `choice` includes.
  init(_ observation: Observation, about choice: TopicChoice = .all, settings: EngineSettings) {
    let findings = observation.findings.filter { choice.includes($0.code) }
    let verdict = findings.first
    severity = verdict?.severity ?? .ok
    isBlind = verdict.map { Self.blinding.contains($0.code) } ?? false
    let word =
      switch severity {
      case _ where isBlind: "UNKNOWN"
      case .ok: "OK"
      case .warning: "WARNING"
      case .critical: "CRITICAL"
      }
    var sentence = Self.plain(verdict?.summary ?? choice.allClear)
    let others = findings.count - 1
    if others > 0 { sentence += " (+\(others) more)" }
    let figures = Self.figures(of: observation, settings: settings)
    let data = figures.isEmpty ? "" : " | " + figures.joined(separator: " ")
    text = "MEM0TOP \(word) - \(sentence)\(data)"
  }

  /// A sentence in which nothing is taken for the figures or for another line.
  static func plain(_ sentence: String) -> String {
    Scrubber.scrub(sentence).replacing("|", with: "/")
  }

  /// What is known, each as `label=value[unit];warning;critical;least`; what is not is left out.
  private static func figures(of observation: Observation, settings: EngineSettings) -> [String] {
    let (snapshot, now) = (observation.snapshot, observation.now)
    var figures: [String] = []
    if snapshot.queue.state != .missing, let queue = snapshot.queue.content {
      figures.append("pending=\(queue.pending);;;0")
      if let oldest = queue.oldest {
        figures.append("oldest=\(max((now - oldest).wholeSeconds, 0))s;;;0")
      }
    }
    if snapshot.deadLetters.state != .missing, let items = snapshot.deadLetters.content?.items {
      let limits = "\(settings.deadLetterWarning);\(settings.deadLetterAlert)"
      figures.append("dlq=\(items.count);\(limits);0")
      figures.append("dlq_due=\(items.count { $0.isDue(at: now) });;;0")
    }
    if let since = snapshot.lock.heldSince ?? snapshot.lock.modifiedAt,
      [.held, .hung, .stale].contains(snapshot.lock.state)
    {
      let limits = "\(settings.maxHold.wholeSeconds);\(settings.alertAfter.wholeSeconds)"
      figures.append("lock_age=\(max((now - since).wholeSeconds, 0))s;\(limits);0")
    }
    for endpoint in snapshot.server.endpoints where endpoint.error == nil {
      guard let latency = endpoint.latency else { continue }
      let milliseconds = latency.wholeMilliseconds
      figures.append("'latency_\(label(endpoint.name))'=\(milliseconds)ms;;;0")
    }
    return figures
  }

  /// A name without what ends a label.
  private static func label(_ name: String) -> String {
    String(name.map { "'= |".contains($0) ? "_" : $0 })
  }
}
