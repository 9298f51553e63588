internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import QueueEngine

/// One request and its answer, which comes whole before the deadline or not at all.
///
/// Redirects are not followed, the body of the answer is capped, certificates are verified. Each exchange
/// has a connection of its own: on one that is kept, an answer that comes twice would be taken for that
/// of the next request, and no byte of it tells. A server that closes unannounced costs nobody else then.
struct HTTPExchange: Sendable {
  private static let mostBodyBytes = 64 * 1024

  /// The process's one client, made when it is first used and ended by the end of the process.
  ///
  /// One thread serves it: every further one costs memory, and waiting does next to nothing.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      connectionPool: .init(
        idleTimeout: .seconds(30),
        concurrentHTTP1ConnectionsPerHostSoftLimit: 64
      )
    )
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    configuration.http1_1ConnectionDebugInitializer = AnswerGate.install
    return HTTPClient(
      eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1),
      configuration: configuration
    )
  }()

  let url: String
  var headers: [(name: String, value: String)] = []
  /// The JSON text that is posted; `nil` asks with GET.
  var json: [UInt8]?
  var deadline: Duration

  /// Asks; the deadline is monotonic and covers everything from the name lookup to the last byte.
  func answer() async -> HTTPAnswer {
    let clock = ContinuousClock()
    let start = clock.now
    let departure = Departure()
    var answer = await withTaskGroup(of: Event.self) { group in
      group.addTask { .answered(await exchange(departure)) }
      group.addTask {
        do {
          try await clock.sleep(until: start + deadline)
          return .expired
        } catch {
          return .cancelled
        }
      }
      return await self.answer(from: &group)
    }
    answer.latency = clock.now - start
    // After the head of an answer it is clear without looking that the request has left.
    answer.wasSent = departure.hasHappened || answer.status != nil
    return answer
  }

  private enum Event: Sendable {
    case answered(HTTPAnswer)
    case expired, cancelled
  }

  /// The answer, of which at the deadline as much is taken as has come.
  private func answer(from group: inout TaskGroup<Event>) async -> HTTPAnswer {
    var isExpired = false
    while let event = await group.next() {
      switch event {
      case .answered(var answer):
        group.cancelAll()
        if isExpired, answer.failure != nil { answer.failure = .timeout(after: deadline) }
        return answer
      case .expired:
        isExpired = true
        group.cancelAll()
      case .cancelled: break
      }
    }
    return HTTPAnswer(failure: .timeout(after: deadline))
  }

  private func exchange(_ departure: Departure) async -> HTTPAnswer {
    var answer = HTTPAnswer()
    do {
      // Only our own deadline counts: the client's would end with the head of the answer.
      let response = try await Self.client.execute(request(departure), deadline: .distantFuture)
      answer.status = Int(response.status.code)
      // A server may repeat the key there; it goes before any of these texts is cut.
      answer.reasonPhrase = Scrubber.concealing(response.status.reasonPhrase)
      answer.location = response.headers.first(name: "Location").map(Scrubber.concealing)
      answer.retryAfter = response.headers.first(name: "Retry-After")
      answer.body = Array(
        buffer: try await response.body.collect(upTo: Self.mostBodyBytes)
      )
    } catch {
      answer.failure = ExchangeFailure(error, isInBody: answer.status != nil)
    }
    return answer
  }

  private func request(_ departure: Departure) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Accept", value: "*/*")
    request.headers.add(name: "User-Agent", value: "mem0top")
    request.headers.add(name: "Connection", value: "close")
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    if let json {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .stream(
        DepartingBody(bytes: ByteBuffer(bytes: json), departure: departure),
        length: .known(Int64(json.count))
      )
    }
    return request
  }
}
