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

  /// An absence since an earlier session, which ends with the beginning of this one.
  package init(words: [String: String]) {
    seen = Dictionary(
      uniqueKeysWithValues: Self.kept.compactMap { panel in words[panel.title].map { (panel, $0) } }
    )
    isOver = true
  }

  /// What can be kept for a later session, by the titles of panels.
  package var words: [String: String] {
    Dictionary(
      uniqueKeysWithValues: seen.filter { Self.kept.contains($0.key) && !$0.value.isEmpty }
        .map { ($0.key.title, $0.value) }
    )
  }

  /// The lines of a log are numbered anew in each session.
  private static let kept = Panel.allCases.filter { $0 != .log }

  /// Whether what a panel says is something else now.
  func hasChanged(_ panel: Panel, in model: Model) -> Bool {
    guard isOver, let before = seen[panel] else { return false }
    let now = Self.digest(of: panel, model)
    return !now.isEmpty && before != now
  }

  private static func digest(_ model: Model) -> [Panel: String] {
    Dictionary(uniqueKeysWithValues: Panel.allCases.map { ($0, digest(of: $0, model)) })
  }

  /// Figures that change all the time, ages and latencies, are left out; empty where nothing is known yet.
  private static func digest(of panel: Panel, _ model: Model) -> String {
    guard let snapshot = model.snapshot else { return "" }
    switch panel {
    case .server:
      let endpoints = snapshot.server.endpoints
      guard endpoints.allSatisfy({ $0.probedAt != nil }) else { return "" }
      return endpoints.map { "\($0.name) \($0.error ?? "up")" }.joined(separator: ";")
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
      return [look].compactMap(\.self)
    }
    absence?.isOver = true
    return isPaused ? [] : [.look]
  }

  /// Has kept how things stand, for a later session; nothing before they were seen, and of a recording nothing.
  var look: Effect? {
    guard snapshot != nil, replay == nil else { return nil }
    return .keepVisit(Absence(self).words)
  }
}
