internal import ArgumentParser
internal import QueueEngine

/// `incidents`: what is wrong and was, from when to when, and how it ended.
struct IncidentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incidents",
    abstract: "Tells what is wrong and was: since when, on what evidence, and how it ended.",
    discussion: """
      A dashboard, sync --watch and check --notify note what begins and what ends; the last 200 are kept. \
      What is wrong at this moment, whether anybody has noted it or not, is what status tells.
      --json prints {"schema":1, "incidents":[{"number", "code", "severity", "summary", "evidence", \
      "since", "ended", "duration_s", "how"}]}, the newest first; ended and how are null for one that goes on, \
      ended alone for one that is over and whose end nobody noted.

      Example: mem0top incidents --since 7d
      """
  )

  private struct Listing: Encodable {
    let schema = 1
    let incidents: [AlertReport.Subject]

    enum CodingKeys: String, CodingKey {
      case schema, incidents
    }
  }

  @OptionGroup var directory: DirectoryOptions

  @Option(
    help: ArgumentHelp(
      "Only those that went on or ended since then (2h, 7d).",
      valueName: "duration"
    ),
    transform: Self.duration
  )
  var since: Duration?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let configuration = try directory.load().configuration
    let settings = configuration.engine
    var log = IncidentLog(settings: settings)
    _ = log.refresh()
    let now = SystemClock.now
    let incidents = log.book.incidents.reversed().filter { incident in
      guard let since, let end = incident.end?.moment else { return true }
      return now - end <= since
    }
    // Without a dashboard nobody notes the end.
    let current = incidents.contains { $0.end == nil } ? currentTroubles(configuration) : nil
    if json {
      let subjects = incidents.map { incident in
        var subject = AlertReport.Subject(incident)
        if isOverUnnoticed(incident, current) { subject.how = howItEnded(incident, settings, now) }
        return subject
      }
      return try Output.printJSON(Listing(incidents: subjects))
    }
    guard !incidents.isEmpty else {
      return Output.print("Nothing was wrong, as far as anybody watched.")
    }
    let ink = Ink.forOutput
    for incident in incidents {
      let unnoticed =
        isOverUnnoticed(incident, current) ? howItEnded(incident, settings, now) : nil
      Output.write(LocaleText.shown(text(incident, now, ink, unnoticed)))
    }
  }

  /// What is wrong in the files now; the server is not asked.
  private func currentTroubles(_ configuration: Configuration) -> Set<FindingCode> {
    var observer = Observer(configuration)
    return Set(observer.look(server: ServerStatus()).findings.map(\.code.trouble))
  }

  /// How an incident ended that no dashboard saw end, by what the audit log has.
  private func howItEnded(
    _ incident: Incident,
    _ settings: EngineSettings,
    _ now: Timestamp
  ) -> String {
    var incident = incident
    let entries = AuditLog(settings: settings).entries(last: Self.entriesSearched)
    let end = IncidentBook.endUnwatched(of: incident, entries: entries, now: now)
    guard end.origin != nil else { return "over, and nobody watched when it ended" }
    incident.end = end
    return incident.endText()
  }

  private static let entriesSearched = 200

  /// Whether no end was noted of an incident that is over.
  private func isOverUnnoticed(_ incident: Incident, _ current: Set<FindingCode>?) -> Bool {
    guard incident.end == nil, let current, !incident.code.needsProbe else { return false }
    return !current.contains(incident.code.trouble)
  }

  private func text(
    _ incident: Incident,
    _ now: Timestamp,
    _ ink: Ink,
    _ unnoticedEnd: String?
  ) -> String {
    let start = LocalTime.text(incident.since)
    let age = incident.duration(at: now).ageText
    let end = unnoticedEnd ?? incident.endText()
    let mark = incident.severity.mark
    let head =
      "\(mark) \(incident.code.row.short)  since \(start), \(age), \(end)"
    return ink.bold(Scrubber.scrub(head)) + "\n"
      + ink.sentence("  " + incident.summary, facts: incident.evidence)
  }

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = DurationSetting.parse(text) else {
      throw ValidationError("\(Scrubber.scrub(text)) is not a duration (2h, 7d).")
    }
    return duration
  }
}
