internal import QueueEngine

/// A state as a mark, a word and a role: never told by its colour alone.
struct StateWord: Hashable {
  let mark: String
  let word: String
  let role: Role

  init(_ mark: String, _ word: String, _ role: Role) {
    self.mark = mark
    self.word = word
    self.role = role
  }

  /// The mark and the word, as the first thing in a panel.
  var span: Span { Span("\(mark) \(word)", role, bold: true) }

  static func server(_ server: ServerStatus) -> StateWord {
    if server.endpoints.isEmpty { return StateWord("○", "not configured", .dim) }
    if let words = server.rejectionWords { return StateWord("✖", words, .critical) }
    return switch server.state {
    case .up where server.endpoints.allSatisfy({ $0.error != nil }):
      StateWord("▲", "failing", .warning)
    case .up where server.endpoints.contains { $0.error != nil }: StateWord("▲", "up", .warning)
    case .up: StateWord("●", "up", .ok)
    case .degraded: StateWord("▲", "degraded", .warning)
    case .down: StateWord("✖", "down", .critical)
    case .unknown:
      server.endpoints.contains { $0.error != nil }
        ? StateWord("▲", "no answer yet", .warning) : StateWord("○", "not probed yet", .dim)
    }
  }

  static func lock(_ lock: LockStatus) -> StateWord {
    switch lock.state {
    case .free: StateWord("●", "free", .ok)
    case .idle: StateWord("●", "idle", .ok)
    case .held: StateWord("●", "held", .accent)
    case .hung: StateWord("▲", "hung", .warning)
    case .settling: StateWord("○", "settling", .dim)
    case .stale: StateWord("✖", "stale", .critical)
    case .unknown: StateWord("▲", "unknown", .unknown)
    }
  }

  static func file(_ state: FileState) -> StateWord {
    switch state {
    case .ok: StateWord("●", "ok", .ok)
    case .missing: StateWord("○", "no file", .dim)
    case .corrupt: StateWord("✖", "corrupt", .critical)
    case .unreadable: StateWord("✖", "unreadable", .critical)
    }
  }

  /// The mark of a finding, the word that heads it, and the role of its banner.
  static func finding(_ finding: Finding) -> StateWord {
    let role: Role =
      switch finding.severity {
      case .ok: .ok
      case .warning: .warning
      case .critical: .critical
      }
    return StateWord(finding.severity.mark, finding.code.row.heading, role)
  }
}
