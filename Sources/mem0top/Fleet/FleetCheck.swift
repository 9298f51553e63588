internal import ArgumentParser
internal import Dashboard
internal import Fleet
internal import QueueEngine

/// What `check` says of many machines: the worst of them first, then a line for each.
struct FleetCheck {
  /// One machine's line and what it counts for.
  private struct Line {
    let name: String
    let status: Int32
    /// `OK - sentence`.
    let verdict: String
    var figures: [String] = []
    var details: [String] = []
  }

  private let lines: [Line]

  /// Judges each machine by its own limits where none are given here.
  init(
    _ sights: [FleetObserver.Sight],
    about choice: TopicChoice,
    verbosity: Int,
    limits: (EngineSettings?) -> CheckLimits
  ) {
    lines = sights.map { sight in
      let name = sight.machine.host.name
      guard let observation = sight.observation, let settings = sight.settings else {
        let reason = "no answer (\(sight.reason ?? "no reason is known"))"
        let verdict = CheckLine.unknownVerdict(reason)
        return Line(name: name, status: CheckLine.unknownStatus, verdict: verdict)
      }
      let line = CheckLine(
        observation,
        about: choice,
        limits: limits(settings),
        verbosity: verbosity,
        settings: settings
      )
      let status: Int32 =
        switch line.severity {
        case _ where line.isBlind: CheckLine.unknownStatus
        case .ok: 0
        case .warning: 1
        case .critical: 2
        }
      return Line(
        name: name,
        status: status,
        verdict: line.verdict,
        figures: line.figures,
        details: line.details
      )
    }
  }

  /// What the process ends with: the worst, where what is not known is worse than what is well.
  var status: Int32 { lines.map(\.status).max { Self.rank($0) < Self.rank($1) } ?? 0 }

  /// The first line is of the worst machine, and has all figures: what follows a bar in a later line would be
  /// figures, too.
  var text: String {
    let sorted = lines.enumerated().sorted { one, other in
      let (left, right) = (Self.rank(one.element.status), Self.rank(other.element.status))
      return left == right ? one.offset < other.offset : left > right
    }.map(\.element)
    guard let worst = sorted.first else {
      return CheckLine.unknown("there is no machine to look at")
    }
    let counts = [(2, "critical"), (1, "warning"), (3, "unknown"), (0, "ok")]
      .compactMap { status, word in
        let count = lines.count { $0.status == status }
        return count == 0 ? nil : "\(count) \(word)"
      }
    let machines = lines.count == 1 ? "1 machine" : "\(lines.count) machines"
    let figures = zip(lines, shortNames).flatMap(Self.figures)
    let head =
      "MEM0TOP \(Self.named(worst)) (\(machines): \(counts.joined(separator: ", ")))"
      + (figures.isEmpty ? "" : " | " + figures.joined(separator: " "))
    let rest = sorted.flatMap { line in
      ["\(CheckLine.plain(line.name)): \(line.verdict)"] + line.details
    }
    return ([head] + rest).joined(separator: "\n")
  }

  /// `CRITICAL - dev-1: sentence`.
  private static func named(_ line: Line) -> String {
    let words = line.verdict.split(separator: " ", maxSplits: 2)
    guard words.count == 3 else { return line.verdict }
    return "\(words[0]) - \(CheckLine.plain(line.name)): \(words[2])"
  }

  /// A name for each machine that leaves room for a label: by guideline its first 19 characters tell it from
  /// all others.
  private var shortNames: [String] {
    let names = lines.map { line in
      String(line.name.prefix(8).map { "'= |/".contains($0) ? "_" : $0 })
    }
    guard Set(names).count < names.count else { return names }
    return names.indices.map { "m\($0 + 1)" }
  }

  /// The figures of a machine with its name before each label: `'dev-1/pending'=36;;;0`.
  private static func figures(of line: Line, named name: String) -> [String] {
    line.figures.map { figure in
      let label = figure.prefix { $0 != "=" }
      let plain = label.filter { $0 != "'" }
      return "'\(Scrubber.scrub(name))/\(plain)'\(figure.dropFirst(label.count))"
    }
  }

  private static func rank(_ status: Int32) -> Int { [0: 0, 3: 1, 1: 2, 2: 3][status] ?? 1 }
}
