internal import QueueEngine

/// The question whether an endpoint is well, as the preset or the person's own address asks it.
struct HealthCheck: Sendable {
  /// The first question.
  let exchange: HTTPExchange
  /// Asked instead where the first is answered with 404: an older server has another page.
  var fallback: HTTPExchange?
  /// Whether only JSON is an answer of this server.
  var mustBeJSON = false

  /// Asks; it takes no longer than the deadline of the first exchange.
  func answer() async -> HTTPAnswer {
    var answer = await exchange.answer()
    if answer.status == 404, var fallback {
      fallback.deadline = exchange.deadline - answer.latency
      let first = answer.latency
      answer = await fallback.answer()
      answer.latency += first
      return answer
    }
    if mustBeJSON, answer.healthFailure == nil, JSONAnswer(answer.body) == nil {
      answer.failure = ExchangeFailure(
        .body,
        "HTTP \(answer.status ?? 0), but not JSON; check server.url and server.api"
      )
    }
    return answer
  }
}
