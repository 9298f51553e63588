internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import QueueEngine

/// One question to a health endpoint, answered whole before its deadline or not at all.
struct HealthRequest: Sendable {
  /// What came back.
  struct Answer: Sendable {
    var status: Int?
    var latency: Duration
    var failure: ProbeFailure?
  }

  private static let mostBodyBytes = 64 * 1024

  /// The process's one client, made when it is first used and ended by the end of the process.
  ///
  /// One thread serves it: every further one costs memory and a probe does next to nothing.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      connectionPool: .init(idleTimeout: .seconds(30))
    )
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    return HTTPClient(
      eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1),
      configuration: configuration
    )
  }()

  let url: String
  let header: (name: String, value: String)?
  let deadline: Duration

  /// Asks; the deadline is monotonic and covers everything from the name lookup to the last byte.
  func answer() async -> Answer {
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = await withTaskGroup(of: Outcome.self) { group in
      group.addTask { await exchange() }
      group.addTask {
        // A cancelled sleep ends early, when nobody looks at its outcome any more.
        try? await clock.sleep(until: start + deadline)
        return Outcome(failure: ProbeFailure(.timeout, "no whole answer within \(deadlineText)"))
      }
      let first = await group.next() ?? Outcome()
      group.cancelAll()
      return first
    }
    return Answer(
      status: outcome.status,
      latency: clock.now - start,
      failure: outcome.failure
    )
  }

  private struct Outcome: Sendable {
    var status: Int?
    var failure: ProbeFailure?
  }

  private func exchange() async -> Outcome {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Accept", value: "*/*")
    request.headers.add(name: "User-Agent", value: "mem0top")
    if let header { request.headers.add(name: header.name, value: header.value) }
    var outcome = Outcome()
    do {
      let limit = NIODeadline.now() + .nanoseconds(Int64(deadline.seconds * 1e9))
      let response = try await Self.client.execute(request, deadline: limit)
      outcome.status = Int(response.status.code)
      _ = try await response.body.collect(upTo: Self.mostBodyBytes)
      outcome.failure = Self.judge(response)
    } catch {
      outcome.failure = ProbeFailure(error, isInBody: outcome.status != nil)
    }
    return outcome
  }

  /// What is wrong with an answer that came whole; `nil` for a 2xx.
  private static func judge(_ response: HTTPClientResponse) -> ProbeFailure? {
    switch response.status.code {
    case 200..<300: return nil
    case 300..<400:
      let target = response.headers.first(name: "Location").map(WebAddress.shownTarget)
      return ProbeFailure(
        .redirect,
        "HTTP \(response.status.code) to \(target ?? "nowhere"), not followed"
      )
    default:
      let phrase = response.status.reasonPhrase.prefix(60)
      return ProbeFailure(.http, "\(response.status.code) \(phrase)")
    }
  }

  private var deadlineText: String {
    deadline >= .seconds(1) ? "\(deadline.wholeSeconds) s" : "\(Int(deadline.seconds * 1000)) ms"
  }
}
