internal import QueueEngine

/// Why a probe failed, in words that tell "my network" from "their server".
enum FailureWords {
  /// How many ways there are to say it, from the longest to the shortest.
  static let variantCount = 3

  /// Words with the probe's own detail, words alone, or the bare class of the failure.
  static func text(of endpoint: EndpointStatus, variant: Int) -> String {
    guard let error = endpoint.error, let kind = endpoint.failureClass else {
      return endpoint.error ?? ""
    }
    if variant >= variantCount - 1 { return kind.rawValue }
    let words = words(for: kind, hasStatus: endpoint.httpStatus != nil)
    let detail = error.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
    return variant > 0 || detail.isEmpty ? words : "\(words): \(detail)"
  }

  private static func words(for kind: FailureClass, hasStatus: Bool) -> String {
    switch kind {
    case .dns: "unknown name"
    case .connect: "no connection"
    case .timeout: "no answer"
    case .tls: "not secure"
    case .redirect: "redirects"
    case .http: hasStatus ? "error" : "no HTTP"
    case .body: "broken answer"
    }
  }
}
