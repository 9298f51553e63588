internal import CLibrary
internal import Dashboard
internal import QueueEngine

/// Tells somebody of incidents, by the ways that are on.
struct AlertDispatcher: Sendable {
  /// The ways of a program that has no terminal of the person's.
  static let channelsWithoutTerminal: Set<AlertChannel> = [.command, .tmux]

  private let settings: AlertSettings
  private let directory: String

  init(_ configuration: Configuration) {
    settings = configuration.alerts
    directory = configuration.engine.directory
  }

  /// Tells of each, one after the other.
  ///
  /// - Parameters:
  ///   - news: What somebody is to be told of.
  ///   - snapshot: Where the log is taken from.
  ///   - complain: Hears in a sentence what could not be told.
  ///   - show: Shows it in our own terminal, where there is one.
  func tell(
    _ news: [IncidentNews],
    of snapshot: Snapshot,
    complain: @Sendable (String) -> Void,
    show: (@Sendable (TerminalAlert) -> Void)? = nil
  ) async {
    for item in news {
      let words = AlertWords(item, directory: directory)
      if let show, let alert = await terminalAlert(item, words) { show(alert) }
      if item.channels.contains(.tmux), let problem = await TmuxMessage.show(words.line) {
        complain(problem)
      }
      if item.channels.contains(.command) {
        let text = AlertReport(
          item,
          directory: directory,
          log: snapshot.log.content?.lines.suffix(settings.logLines).map(\.text) ?? []
        ).text
        if let problem = await AlertCommand(settings.command, settings.timeout, directory).run(text)
        {
          complain(problem)
        }
      }
    }
  }

  private func terminalAlert(_ item: IncidentNews, _ words: AlertWords) async -> TerminalAlert? {
    let rings = item.channels.contains(.bell)
    guard rings || item.channels.contains(.desktop) else { return nil }
    var alert = TerminalAlert(title: words.title, body: words.body, rings: rings)
    guard item.channels.contains(.desktop) else { return alert }
    let notice = await DesktopNotice.find(
      settings.desktop,
      environment: ProcessEnvironment.variables
    )
    (alert.form, alert.isForOuterTerminal) = (notice.form, notice.isThroughTmux)
    // A terminal that knows no notifications has a bell.
    if notice.form == nil { alert.rings = true }
    return alert
  }
}

/// What is said of an incident, scrubbed.
struct AlertWords {
  let title: String
  let body: String

  init(_ news: IncidentNews, directory: String) {
    let incident = news.incident
    let short = incident.code.row.short
    if news.isOver {
      title = "mem0top: over: \(short)"
      let age = incident.duration(at: incident.end?.moment ?? incident.since).ageText
      body = Scrubber.scrub("after \(age), \(incident.endText())")
    } else {
      title = "mem0top: \(short)"
      body = Scrubber.scrub(incident.summary)
    }
  }

  /// Both in one line.
  var line: String { "\(title): \(body)" }
}

/// What the alert command reads on its standard input: one JSON object.
struct AlertReport: Encodable {
  enum Event: String, Encodable {
    case began, ended
  }

  struct Subject: Encodable {
    let number: Int
    let code: String
    let severity: String
    let summary: String
    let evidence: [String]
    let since: Int
    let durationS: Int
    @Nullable var ended: Int?
    @Nullable var how: String?

    enum CodingKeys: String, CodingKey {
      case number, code, severity, summary, evidence, since, ended, how
      case durationS = "duration_s"
    }

    init(_ incident: Incident) {
      let end = incident.end?.moment
      number = incident.number
      code = incident.code.rawValue
      severity = incident.severity.rawValue
      summary = Scrubber.scrub(incident.summary)
      evidence = incident.evidence.map(Scrubber.scrub)
      since = Int(incident.since.secondsSinceEpoch)
      durationS = Int(incident.duration(at: end ?? SystemClock.now).seconds)
      ended = end.map { Int($0.secondsSinceEpoch) }
      how = end == nil ? nil : incident.endText()
    }
  }

  let schema = 1
  let event: Event
  let host: String
  let directory: String
  let incident: Subject
  let log: [String]

  enum CodingKeys: String, CodingKey {
    case schema, event, host, directory, incident, log
  }

  init(_ news: IncidentNews, directory: String, log: [String]) {
    event = news.isOver ? .ended : .began
    host = Self.hostName
    self.directory = Scrubber.scrub(directory)
    incident = Subject(news.incident)
    self.log = log.map(Scrubber.scrub)
  }

  /// The object on one line; none of its parts can fail to be written.
  var text: String { ((try? Output.json(self)) ?? "{}") + "\n" }

  private static var hostName: String {
    var bytes = [CChar](repeating: 0, count: 256)
    guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
