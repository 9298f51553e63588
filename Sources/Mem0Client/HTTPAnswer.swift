internal import QueueEngine

/// What came of an exchange: an answer, the beginning of one, or the failure to get any.
struct HTTPAnswer: Sendable {
  /// The status, once the head of the answer has come.
  var status: Int?
  var reasonPhrase = ""
  var location: String?
  var retryAfter: String?
  /// The body; empty unless it came whole.
  var body: [UInt8] = []
  /// Why the answer did not come whole.
  var failure: ExchangeFailure?
  /// Whether the server may have seen the request.
  var wasSent = false
  var latency = Duration.zero

  /// Whether it came whole, as far as one is read.
  var isWhole: Bool { failure == nil || failure == .oversized }

  /// The answer as a health check sees it: any whole 2xx is healthy, and of all else the status counts first.
  var healthFailure: ExchangeFailure? {
    switch status {
    case nil: return failure ?? ExchangeFailure(.http, "no answer")
    case .some(200..<300): return isWhole ? nil : failure
    case .some(300..<400): return ExchangeFailure(.redirect, "HTTP \(redirectText)")
    case .some(let status): return ExchangeFailure(.http, "\(status) \(reasonPhrase.prefix(60))")
    }
  }

  /// Where a redirect points, like `302 to http://host/path, not followed`.
  var redirectText: String {
    let target = location.map(WebAddress.shownTarget) ?? "nowhere"
    return "\(status ?? 0) to \(target), not followed"
  }
}
