internal import Dashboard
internal import QueueEngine

/// An observation for people: the verdict with its evidence and the way out, then one line for each part.
struct StatusText {
  /// The column at which values begin.
  private static let valueColumn = 14
  /// How many projects are named.
  private static let mostProjects = 5

  private let snapshot: Snapshot
  private let findings: [Finding]
  private let now: Timestamp
  private let ink: Ink

  init(_ observation: Observation, ink: Ink) {
    snapshot = observation.snapshot
    findings = observation.findings
    now = observation.now
    self.ink = ink
  }

  /// The whole text, each line ended.
  var text: String {
    var lines: [String] = []
    if let verdict = findings.first { lines += verdictLines(verdict) }
    lines += findings.dropFirst().map(shortLine)
    lines += ["", row("Directory", [Scrubber.scrub(snapshot.directory)])]
    if snapshot.directoryProblem == nil {
      lines +=
        serverLines + metricsLines + queueLines + emergencyLines + [lockLine, deadLetterLine]
      lines += remarkLines(snapshot.deadLetters.content?.remarks) + [workerLine] + logLines
    } else {
      lines += serverLines
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The verdict in one line: `GLYPH OK|WARNING|CRITICAL  sentence`.
  var headline: String { findings.first.map(headline) ?? "" }

  private func headline(_ finding: Finding) -> String {
    let head = "\(mark(finding.severity)) \(word(finding.severity))"
    return "\(ink.paint(head, finding.severity))  \(ink.bold(finding.summary))"
  }

  private func verdictLines(_ finding: Finding) -> [String] {
    var lines = [headline(finding)]
    if let command = finding.suggestion?.command { lines.append("  \(ink.bold("→")) \(command)") }
    lines += finding.evidence.map { "  \(ink.dim("·")) \($0)" }
    return lines
  }

  private func shortLine(_ finding: Finding) -> String {
    let command = finding.suggestion?.command.map { ink.dim("  → \($0)") } ?? ""
    return "\(ink.paint(mark(finding.severity), finding.severity)) \(finding.summary)\(command)"
  }

  private var serverLines: [String] {
    let server = snapshot.server
    var facts = [ink.paint(server.state.rawValue, severity(of: server.state))]
    if let words = server.rejectionWords { facts = [ink.paint(words, .critical)] }
    if server.endpoints.isEmpty { facts = ["not configured (server.url)"] }
    if let latency = server.latency { facts.append("\(latency.wholeMilliseconds) ms") }
    let metrics = snapshot.metrics.content
    if let status = metrics?.vpsStatus {
      let age = metrics?.lastUpdate.map { ", \((now - $0).ageText) ago" } ?? ""
      facts.append("worker says \(status)\(age)")
    }
    let width = server.endpoints.map { CellWidth.of($0.name) }.max() ?? 0
    return [row("VPS", facts)]
      + server.endpoints.map { endpoint in
        let name = endpoint.name.padded(to: width)
        let status = (endpoint.httpStatus.map(String.init) ?? "–").padded(to: 3)
        let detail =
          endpoint.error ?? endpoint.latency.map { "\($0.wholeMilliseconds) ms" } ?? "not probed"
        return row("", ["\(name)  \(status)  \(detail)  \(ink.dim(endpoint.url))"])
      }
  }

  /// That the worker's own numbers cannot be used; nothing where they can, or were never written.
  private var metricsLines: [String] {
    guard snapshot.metrics.problem != nil else { return [] }
    return [row("Metrics", fileFacts(snapshot.metrics))]
  }

  /// What is odd about a file as a whole.
  private func remarkLines(_ remarks: [String]?) -> [String] {
    (remarks ?? []).map { row("", [ink.dim($0)]) }
  }

  private var queueLines: [String] {
    var facts = fileFacts(snapshot.queue)
    let content = snapshot.queue.content
    if let content {
      facts.append("\(content.pending) pending")
      if let oldest = content.oldest { facts.append("oldest \((now - oldest).ageText)") }
      if content.flaggedCount > 0 { facts.append("\(content.flaggedCount) flagged") }
      if content.failedCount > 0 {
        facts.append("\(content.failedCount) given up by an older worker (failed)")
      }
    }
    let projects = content?.projects ?? []
    let shown = projects.prefix(Self.mostProjects)
    let width = shown.map { CellWidth.of($0.project) }.max() ?? 0
    var lines = [row("Queue", facts)]
    lines += shown.map { row("", ["\($0.project.padded(to: width))  \($0.count)"]) }
    if projects.count > shown.count {
      lines.append(row("", [ink.dim("and \(projects.count - shown.count) more projects")]))
    }
    return lines + remarkLines(content?.remarks)
  }

  /// What stands beside the queue; nothing where nothing does.
  private var emergencyLines: [String] {
    let emergency = snapshot.emergency
    var lines: [String] = []
    if !emergency.isEmpty || !emergency.problems.isEmpty {
      var facts = [emergency.items == 1 ? "1 item" : "\(emergency.items) items"]
      if emergency.otherLines > 0 { facts.append("\(emergency.otherLines) other lines") }
      lines.append(row("Emergency", facts + emergency.problems))
    }
    return lines
      + snapshot.strays.map { copy in row("Copy", ["\(copy.items) only in \(copy.name)"]) }
  }

  private var lockLine: String {
    let lock = snapshot.lock
    let reason = lock.reason.map { " (\($0.rawValue.replacing("_", with: " ")))" } ?? ""
    var facts = [ink.paint(lock.state.rawValue + reason, severity(of: lock.state))]
    if let since = lock.since { facts.append((now - since).ageText) }
    if let pid = lock.pid { facts.append("pid \(pid)") }
    facts += lock.holders.prefix(1).map {
      "\(lock.isNamedOnly ? "names" : "held by") \($0.pid) \($0.command)"
    }
    if lock.isClearable { facts.append("safe to clear") }
    return row("Lock", facts)
  }

  private var deadLetterLine: String {
    var facts = fileFacts(snapshot.deadLetters)
    if let items = snapshot.deadLetters.content?.items {
      facts.append("\(items.count)")
      let due = items.count { $0.isDue(at: now) }
      if due > 0 { facts.append("\(due) due") }
      if let next = items.map(\.dueAt).filter({ $0 > now }).min() {
        facts.append("next in \((next - now).countdownText)")
      }
    }
    return row("Dead letters", facts)
  }

  private var workerLine: String {
    let worker = snapshot.worker
    var facts = worker.running.prefix(2).map { "\($0.pid) \($0.command)" }
    if facts.isEmpty { facts.append("not running") }
    if let activity = worker.lastActivity {
      facts.append("last seen \((now - activity).ageText) ago")
    }
    return row("Worker", facts)
  }

  private var logLines: [String] {
    guard let log = snapshot.log.content else { return [row("Log", fileFacts(snapshot.log))] }
    let last = log.lines.suffix(3).map(\.text)
    return [row("Log", fileFacts(snapshot.log) + [last.first ?? "empty"])]
      + last.dropFirst().map { row("", [$0]) }
  }

  /// Why a file's content is not what it should be; nothing where it is.
  private func fileFacts<Content>(_ reading: FileReading<Content>) -> [String] {
    switch reading.state {
    case .ok: []
    case .missing: [ink.dim("no file")]
    case .corrupt, .unreadable:
      [ink.paint(reading.state.rawValue, .critical), reading.problem?.message].compactMap { $0 }
    }
  }

  private func row(_ label: String, _ facts: [String]) -> String {
    ink.dim(label.padded(to: Self.valueColumn)) + facts.joined(separator: " · ")
  }

  private func mark(_ severity: Severity) -> String { severity.mark }

  private func word(_ severity: Severity) -> String {
    switch severity {
    case .ok: "OK"
    case .warning: "WARNING"
    case .critical: "CRITICAL"
    }
  }

  private func severity(of state: ServerState) -> Severity {
    switch state {
    case .up: .ok
    case .degraded, .unknown: .warning
    case .down: .critical
    }
  }

  private func severity(of state: LockState) -> Severity {
    switch state {
    case .free, .idle, .held: .ok
    case .settling, .hung, .unknown: .warning
    case .stale: .critical
    }
  }
}
