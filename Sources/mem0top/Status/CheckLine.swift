internal import QueueEngine

/// An observation as a monitoring plugin prints it: `MEM0TOP OK - sentence | label=value;warn;crit;min`.
struct CheckLine {
  /// One thing that is wrong, by a finding or by a limit.
  private struct Complaint {
    let severity: Severity
    let sentence: String
    var evidence: [String] = []
  }

  /// What a plugin ends with where it could not check.
  static let unknownStatus: Int32 = 3

  /// So many lines follow the first at most: an alert is read on a pager.
  private static let mostLines = 24

  let severity: Severity
  /// `OK - sentence`.
  let verdict: String
  /// `label=value;warn;crit;min` each.
  let figures: [String]
  /// What follows the first line.
  let details: [String]
  /// There is nothing to judge: no directory, or none of the files in it.
  let isBlind: Bool

  /// What makes a check blind.
  private static let blinding: Set<FindingCode> = [.directoryMissing, .nothingHere]

  /// Makes the text about what `choice` includes.
  ///
  /// Verbosity 0 is one line, 1 has a line for each other thing that is wrong, 2 the evidence, and 3
  /// also by what was judged.
  init(
    _ observation: Observation,
    about choice: TopicChoice = .all,
    limits: CheckLimits = CheckLimits(),
    verbosity: Int = 0,
    settings: EngineSettings
  ) {
    let findings = observation.findings.filter {
      choice.includes($0.code) && !limits.replaces($0.code)
    }
    var complaints = findings.filter { $0.severity > .ok }.map {
      Complaint(severity: $0.severity, sentence: $0.summary, evidence: $0.evidence)
    }
    complaints += Self.excesses(of: observation, limits, about: choice)
    // Stable, so that of one severity the findings' own order decides.
    let order = complaints.indices.sorted {
      (complaints[$1].severity, $0) < (complaints[$0].severity, $1)
    }
    complaints = order.map { complaints[$0] }
    let isServerSet = !observation.snapshot.server.endpoints.isEmpty
    let isVain = complaints.isEmpty && choice.isVain(withServer: isServerSet)
    isBlind = isVain || findings.first.map { Self.blinding.contains($0.code) } ?? false
    severity = complaints.first?.severity ?? (isVain ? .warning : .ok)
    let word =
      switch severity {
      case _ where isBlind: "UNKNOWN"
      case .ok: "OK"
      case .warning: "WARNING"
      case .critical: "CRITICAL"
      }
    let calm =
      isVain
      ? "No server is set, so nobody has asked it (\"mem0top config\" says where)"
      : findings.first { $0.severity == .ok }?.summary ?? choice.allClear
    var sentence = Self.plain(complaints.first?.sentence ?? calm)
    if complaints.count > 1 { sentence += " (+\(complaints.count - 1) more)" }
    figures = Self.figures(of: observation, limits, settings)
    var lines = Self.details(of: complaints, verbosity)
    if verbosity > 2 {
      lines += [
        "directory: \(observation.snapshot.directory)", "mem0top \(Version.number)",
        "dead letters: more than \(settings.deadLetterWarning) warn,"
          + " more than \(settings.deadLetterAlert) are critical",
      ].map(Self.plain)
    }
    verdict = "\(word) - \(sentence)"
    details = Array(lines.prefix(Self.mostLines))
  }

  /// All of it, as a plugin prints it.
  var text: String {
    let data = figures.isEmpty ? "" : " | " + figures.joined(separator: " ")
    return (["MEM0TOP \(verdict)\(data)"] + details).joined(separator: "\n")
  }

  /// The line of a check that could not be made.
  static func unknown(_ reason: String) -> String { "MEM0TOP \(unknownVerdict(reason))" }

  /// That without the name.
  static func unknownVerdict(_ reason: String) -> String {
    let line = reason.split(separator: "\n").first.map(String.init) ?? "no reason is known"
    return "UNKNOWN - \(plain(line))"
  }

  /// A sentence in which nothing is taken for the figures or for another line.
  static func plain(_ sentence: String) -> String {
    Scrubber.scrub(sentence).replacing("|", with: "/")
  }

  private static func excesses(
    of observation: Observation,
    _ limits: CheckLimits,
    about choice: TopicChoice
  ) -> [Complaint] {
    CheckFigure.allCases.compactMap { figure in
      guard choice.includes(figure.topic), let value = figure.value(in: observation),
        let (severity, range) = limits.verdict(on: figure, value)
      else { return nil }
      return Complaint(severity: severity, sentence: figure.sentence(value, range))
    }
  }

  private static func details(of complaints: [Complaint], _ verbosity: Int) -> [String] {
    guard verbosity > 0 else { return [] }
    return complaints.enumerated().flatMap { number, complaint in
      let mark = complaint.severity == .critical ? "critical" : "warning"
      return (number > 0 ? ["\(mark): \(plain(complaint.sentence))"] : [])
        + (verbosity > 1 ? complaint.evidence.map { "  - \(plain($0))" } : [])
    }
  }

  /// Each figure as `label=value[unit];warning;critical;least`, `U` for one that cannot be read; what is
  /// not there is left out.
  private static func figures(
    of observation: Observation,
    _ limits: CheckLimits,
    _ settings: EngineSettings
  ) -> [String] {
    let snapshot = observation.snapshot
    func figure(_ figure: CheckFigure, _ unit: String, _ ownLimits: (String, String) = ("", ""))
      -> String?
    {
      guard let value = figure.value(in: observation) else { return nil }
      let warning = limits.warning[figure]?.text ?? ownLimits.0
      let critical = limits.critical[figure]?.text ?? ownLimits.1
      return "\(figure.rawValue)=\(value)\(unit);\(warning);\(critical);0"
    }
    var figures = [
      figure(.pending, "") ?? unreadable("pending", snapshot.queue.state), figure(.oldest, "s"),
    ]
    let deadLetterLimits = ("\(settings.deadLetterWarning)", "\(settings.deadLetterAlert)")
    figures.append(
      figure(.dlq, "", deadLetterLimits) ?? unreadable("dlq", snapshot.deadLetters.state)
    )
    if snapshot.deadLetters.state != .missing, let items = snapshot.deadLetters.content?.items {
      figures.append("dlq_due=\(items.count { $0.isDue(at: observation.now) });;;0")
    }
    let lockLimits = ("\(settings.maxHold.wholeSeconds)", "\(settings.alertAfter.wholeSeconds)")
    figures.append(figure(.lockAge, "s", lockLimits))
    if snapshot.metrics.state == .ok, let synced = snapshot.metrics.content?.totalSynced {
      figures.append("synced=\(synced)c;;;0")
    }
    var labels: Set<String> = []
    for endpoint in snapshot.server.endpoints where endpoint.error == nil {
      guard let latency = endpoint.latency else { continue }
      let label = label("latency_" + endpoint.name, &labels)
      figures.append("'\(label)'=\(latency.wholeMilliseconds)ms;;;0")
    }
    return figures.compactMap(\.self)
  }

  private static func unreadable(_ label: String, _ state: FileState) -> String? {
    state == .corrupt || state == .unreadable ? "\(label)=U" : nil
  }

  /// A label without what ends one, told from all others by its first 19 characters.
  private static func label(_ name: String, _ taken: inout Set<String>) -> String {
    let plain = String(name.map { "'= |".contains($0) ? "_" : $0 })
    if taken.insert(String(plain.prefix(19))).inserted { return plain }
    var number = 2
    while !taken.insert("latency_\(number)").inserted { number += 1 }
    return "latency_\(number)"
  }
}
