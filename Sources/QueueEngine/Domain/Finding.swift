/// How bad a finding is; the worse one is the greater.
public enum Severity: String, Codable, Sendable, Comparable {
  /// Nothing is wrong.
  case ok
  /// Something wants attention.
  case warning
  /// Something does not work.
  case critical

  /// The sign that stands for it on every way out: fine, look, act.
  public var mark: String {
    switch self {
    case .ok: "●"
    case .warning: "▲"
    case .critical: "✖"
    }
  }

  private var rank: Int {
    switch self {
    case .ok: 0
    case .warning: 1
    case .critical: 2
    }
  }

  /// Orders severities from `ok` to `critical`.
  public static func < (left: Severity, right: Severity) -> Bool {
    left.rank < right.rank
  }
}

/// What the person can do about a finding.
///
/// It names no key: keys can be bound another way, so whoever shows it looks in the key table.
public struct Suggestion: Codable, Sendable, Hashable {
  /// The action.
  public var action: ActionKind
  /// The command that does the same; `nil` where there is none.
  public var command: String?

  /// Makes a suggestion.
  public init(_ action: ActionKind, command: String? = nil) {
    self.action = action
    self.command = command
  }
}

/// One thing that is wrong, with the evidence for it and the way out.
public struct Finding: Codable, Sendable, Hashable {
  /// How bad it is.
  public var severity: Severity
  /// What it is.
  public var code: FindingCode
  /// One plain sentence that claims no more than the evidence proves.
  public var summary: String
  /// The facts that prove it, one short sentence each.
  public var evidence: [String]
  /// Since when it is so, as far as that is known.
  public var since: Timestamp?
  /// The way out, where there is one.
  public var suggestion: Suggestion?

  /// Makes a finding.
  ///
  /// - Parameters:
  ///   - code: What it is.
  ///   - summary: One plain sentence.
  ///   - severity: How bad it is; `nil` where its row says so.
  ///   - evidence: The facts that prove it.
  ///   - since: Since when it is so.
  ///   - suggestion: The way out.
  public init(
    _ code: FindingCode,
    _ summary: String,
    severity: Severity? = nil,
    evidence: [String] = [],
    since: Timestamp? = nil,
    suggestion: Suggestion? = nil
  ) {
    self.severity = severity ?? code.row.severity
    self.code = code
    self.summary = summary
    self.evidence = evidence
    self.since = since
    self.suggestion = suggestion
  }
}
