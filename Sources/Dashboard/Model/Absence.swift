internal import QueueEngine

/// While the person looked elsewhere: how each panel stood, so that what is new can be marked.
package struct Absence: Hashable, Sendable {
  /// What each panel said then, in as much detail as matters.
  private let seen: [Panel: String]
  /// Whether the person is back.
  package var isOver = false

  init(_ model: Model) {
    seen = Self.digest(model)
  }

  /// Whether what a panel says is something else now.
  func hasChanged(_ panel: Panel, in model: Model) -> Bool {
    isOver && seen[panel] != Self.digest(of: panel, model)
  }

  private static func digest(_ model: Model) -> [Panel: String] {
    Dictionary(uniqueKeysWithValues: Panel.allCases.map { ($0, digest(of: $0, model)) })
  }

  /// Figures that change all the time, ages and latencies, are left out.
  private static func digest(of panel: Panel, _ model: Model) -> String {
    guard let snapshot = model.snapshot else { return "" }
    switch panel {
    case .server:
      return snapshot.server.endpoints.map { "\($0.name) \($0.error ?? "up")" }.joined(
        separator: ";"
      )
    case .queue: return "\(snapshot.queue.state) \(snapshot.queue.content?.pending ?? -1)"
    case .lock: return "\(snapshot.lock.state) \(snapshot.lock.pid ?? -1)"
    case .deadLetters:
      return "\(snapshot.deadLetters.state) \(snapshot.deadLetters.content?.items.count ?? -1)"
    case .log: return "\(snapshot.log.content?.nextLineNumber ?? -1)"
    }
  }
}

extension Model {
  /// What stands behind the title of a panel that says something else since the person looked away.
  func changeMark(of panel: Panel) -> [Span] {
    absence?.hasChanged(panel, in: self) == true ? [Span(" · new", .accent, bold: true)] : []
  }

  /// Takes that the terminal got the focus or lost it; whoever comes back gets a fresh look.
  mutating func noteFocus(_ isFocused: Bool) -> [Effect] {
    guard isFocused else {
      if absence == nil || absence?.isOver == true { absence = Absence(self) }
      return []
    }
    absence?.isOver = true
    return isPaused ? [] : [.look]
  }
}
