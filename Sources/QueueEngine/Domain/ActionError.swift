/// Why an action changed nothing.
public enum ActionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It is not allowed as things stand: the reason as one sentence, and the facts behind it.
  case refused(String, evidence: [String])
  /// The system did not let us: what happened, where, and what to do, as one sentence.
  case failed(String)

  /// The sentence that the person reads.
  public var description: String {
    switch self {
    case .refused(let reason, _): reason
    case .failed(let sentence): sentence
    }
  }

  /// The facts behind a refusal.
  public var evidence: [String] {
    switch self {
    case .refused(_, let evidence): evidence
    case .failed: []
    }
  }
}
