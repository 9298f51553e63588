internal import QueueEngine

/// Says whose fault it is when a memory was not stored (`docs/contract.md#whose-fault`).
struct DeliveryJudge: Sendable {
  /// What an answer to a delivery comes to.
  enum Verdict: Hashable {
    case decided(DeliveryOutcome)
    /// The server decides soon, under the name of this event.
    case pending(event: String)
  }

  private static let mostReasonCharacters = 120

  let api: ServerAPI
  let preset: ServerPreset
  let deadline: Duration

  func verdict(on answer: HTTPAnswer, now: Timestamp) -> Verdict {
    if let failure = answer.failure {
      guard answer.wasSent else {
        return .decided(.failed(.unreachable, shown(failure.description)))
      }
      // A status that refuses has said all that matters, even if its body breaks off.
      guard let status = answer.status, !(200..<300).contains(status) else {
        return .decided(.unknown(shown(brokenText(failure, answer.status))))
      }
    }
    let json = JSONAnswer(answer.body)
    let status = answer.status ?? 0
    let text = shown(statusText(answer, json))
    switch status {
    case 200..<300: return verdict(onAccepted: status, json, text)
    case 400, 413, 422: return .decided(.rejected(text))
    case 401, 403, 404: return .decided(.failed(.refused, text))
    case 429:
      let wait = answer.retryAfter.flatMap { RetryAfter.wait($0, now: now) }
      return .decided(.failed(.throttled(retryAfter: wait), text))
    case 502 where preset.tellsCodes:
      guard let code = json?["code"]?.text else { return .decided(.unknown(text)) }
      let cause = shown("HTTP 502 \(code)" + (json?.reason.map { ": \($0)" } ?? ""))
      return .decided(
        code == "provider_bad_request" ? .rejected(cause) : .failed(.dependency, cause)
      )
    case 500..<600: return .decided(.unknown(text))
    default: return .decided(.failed(.broken, text))
    }
  }

  /// What the event came to under which a memory is added; `nil` while that is not decided.
  func outcome(ofEvent answer: HTTPAnswer) -> DeliveryOutcome? {
    guard answer.failure == nil, answer.status == 200, let json = JSONAnswer(answer.body) else {
      return nil
    }
    switch preset.receipt(json) {
    case .stored: return .stored
    case .denied(let reason):
      return .failed(.broken, shown("HTTP 200 event \(reason ?? "without a result")"))
    case .pending, .missing: return nil
    }
  }

  /// Whether a look-up has found the memory.
  func lookup(_ memory: Memory, _ question: MemoryQuestion, in answer: HTTPAnswer) -> MemoryLookup {
    if answer.status == 404, question.isAbsentAt404 { return .absent }
    guard answer.failure == nil, answer.status == 200 else {
      return .failed(outcome(ofRefusedLookup: answer, now: SystemClock.now))
    }
    guard let isThere = JSONAnswer(answer.body).flatMap({ question.isThere(memory, $0) }) else {
      return .failed(.unknown("look-up: HTTP 200 without results to the search"))
    }
    return isThere ? .found : .absent
  }

  /// Whose fault it is that a memory could not be looked up: the server's where it says so.
  ///
  /// Of the item that leaves nothing known, and 404 says that there is no search, not that the address is
  /// wrong.
  private func outcome(ofRefusedLookup answer: HTTPAnswer, now: Timestamp) -> DeliveryOutcome {
    let text = shown(
      answer.failure?.description ?? statusText(answer, JSONAnswer(answer.body))
    )
    switch verdict(on: answer, now: now) {
    case .decided(.failed(.refused, _)) where answer.status == 404:
      return .unknown("look-up: \(text)")
    case .decided(.failed(let fault, let cause)): return .failed(fault, cause)
    case .decided, .pending: return .unknown("look-up: \(text)")
    }
  }

  private func verdict(
    onAccepted status: Int,
    _ json: JSONAnswer?,
    _ text: String
  ) -> Verdict {
    let isAccepted = preset.acceptedStatuses.contains(status)
    switch json.map(preset.receipt) ?? .missing {
    case .stored where isAccepted: return .decided(.stored)
    case .pending(let event) where isAccepted: return .pending(event: event)
    case .denied(let reason):
      return .decided(.failed(.broken, shown("HTTP \(status) " + (reason ?? "without a receipt"))))
    case .stored, .pending, .missing:
      let fitting = json.flatMap { ServerPreset.fitting(status, $0) }
      let hint = fitting.flatMap { $0 == api ? nil : "; server.api = \"\($0.rawValue)\" would fit" }
      let way = "HTTP \(status) without a receipt" + (hint ?? "")
      return .decided(.unconfirmed(hint == nil ? text : way, way: way))
    }
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

  /// One short line without a key and without anything that a terminal would obey.
  private func shown(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return String(Scrubber.scrub(line).prefix(Self.mostReasonCharacters))
  }
}
