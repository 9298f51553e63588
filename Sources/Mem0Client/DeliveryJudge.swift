internal import QueueEngine

/// Says whose fault it is when a memory was not stored (`docs/contract.md#whose-fault`).
struct DeliveryJudge: Sendable {
  private static let mostReasonCharacters = 120

  let preset: ServerPreset
  /// The key, which a server may repeat in its answer and nobody may see.
  let secret: String?
  let deadline: Duration

  func outcome(of answer: HTTPAnswer, now: Timestamp) -> DeliveryOutcome {
    let answer = answer.hiding(secret)
    if let failure = answer.failure {
      guard answer.wasSent else { return .failed(.unreachable, shown(failure.description)) }
      // A status that refuses has said all that matters, even if its body breaks off.
      guard let status = answer.status, !(200..<300).contains(status) else {
        return .unknown(shown(brokenText(failure, answer.status)))
      }
    }
    let json = JSONAnswer(answer.body)
    let text = shown(statusText(answer, json))
    switch answer.status ?? 0 {
    case 200..<300:
      if preset.accepts(answer.status ?? 0, json) { return .stored }
      return preset.denies(json) ? .failed(.broken, text) : .unknown(text)
    case 400, 413, 422: return .rejected(text)
    case 401, 403, 404: return .failed(.refused, text)
    case 429:
      let wait = answer.retryAfter.flatMap { RetryAfter.wait($0, now: now) }
      return .failed(.throttled(retryAfter: wait), text)
    case 500..<600: return .unknown(text)
    default: return .failed(.broken, text)
    }
  }

  /// Whether a search has found the memory; the server's own filter is not trusted.
  ///
  /// Another memory may have the same id, so the text must agree, too; `infer` was false, so that the
  /// server keeps it as it is.
  func lookup(_ memory: Memory, in answer: HTTPAnswer) -> MemoryLookup {
    let answer = answer.hiding(secret)
    if let failure = answer.failure { return .failed(shown(failure.description)) }
    let json = JSONAnswer(answer.body)
    guard answer.status == 200 else { return .failed(shown(statusText(answer, json))) }
    guard let results = json?.results else {
      return .failed("HTTP 200 without results to the search")
    }
    let isThere = results.contains { result in
      result["metadata"]?["queue_id"]?.text.map(ExactText.init) == ExactText(memory.id)
        && result["memory"]?.text.map(ExactText.init) == ExactText(memory.content)
    }
    return isThere ? .found : .absent
  }

  /// What broke after the memory was sent, like `timeout after 30 s` or `connection reset`.
  private func brokenText(_ failure: ExchangeFailure, _ status: Int?) -> String {
    let head = status.map { "HTTP \($0), then " } ?? ""
    switch failure.failureClass {
    case .timeout: return head + "timeout after \(deadline.deadlineText)"
    case .connect: return head + failure.detail
    default: return head + failure.description
    }
  }

  /// The status with what the server says about it, like `HTTP 422 invalid user_id`.
  private func statusText(_ answer: HTTPAnswer, _ json: JSONAnswer?) -> String {
    let status = answer.status ?? 0
    if (300..<400).contains(status) { return "HTTP \(answer.redirectText)" }
    if let reason = json?.reason { return "HTTP \(status) \(reason)" }
    return (200..<300).contains(status) ? "HTTP \(status) without a receipt" : "HTTP \(status)"
  }

  /// One short line without the key and without anything that a terminal would obey.
  private func shown(_ text: String) -> String {
    var text = text
    if let secret { text = text.replacing(secret, with: "(key)") }
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return Scrubber.scrub(String(line.prefix(Self.mostReasonCharacters)))
  }
}
