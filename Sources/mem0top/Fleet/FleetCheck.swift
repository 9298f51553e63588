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
    let text: String
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
        return Line(name: name, status: CheckLine.unknownStatus, text: CheckLine.unknown(reason))
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
      return Line(name: name, status: status, text: line.text)
    }
  }

  /// What the process ends with: the worst, where what is not known is worse than what is well.
  var status: Int32 { lines.map(\.status).max { Self.rank($0) < Self.rank($1) } ?? 0 }

  /// The first line is of the worst machine; figures stand in the lines of their machines.
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
    let head =
      "\(Self.head(of: worst)) (\(lines.count) machines: \(counts.joined(separator: ", ")))"
    let rest = sorted.map { "\(CheckLine.plain($0.name)): \(Self.body(of: $0))" }
    return ([head] + rest).joined(separator: "\n")
  }

  /// `MEM0TOP CRITICAL - dev-1: sentence`, without figures.
  private static func head(of line: Line) -> String {
    // A plugin's sentence has no bar, and its word stands before the first dash.
    let sentence = line.text.prefix { $0 != "\n" && $0 != "|" }
    let words = sentence.split(separator: " ", maxSplits: 3)
    guard words.count == 4 else { return String(sentence) }
    let rest = words[3].last == " " ? words[3].dropLast() : words[3]
    return "\(words[0]) \(words[1]) - \(CheckLine.plain(line.name)): \(rest)"
  }

  /// The line without the program's name.
  private static func body(of line: Line) -> String {
    let prefix = "MEM0TOP "
    return line.text.hasPrefix(prefix) ? String(line.text.dropFirst(prefix.count)) : line.text
  }

  private static func rank(_ status: Int32) -> Int { [0: 0, 3: 1, 1: 2, 2: 3][status] ?? 1 }
}
