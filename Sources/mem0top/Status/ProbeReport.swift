internal import QueueEngine

/// What `probe --json` prints: schema 1; what is not known is an explicit `null`.
struct ProbeReport: Encodable {
  struct Endpoint: Encodable {
    let name: String
    let url: String
    @Nullable var httpStatus: Int?
    @Nullable var latencyMilliseconds: Int?
    @Nullable var errorClass: String?
    @Nullable var error: String?
    let consecutiveFailures: Int
    @Nullable var availability: Double?

    enum CodingKeys: String, CodingKey {
      case name, url, error, availability
      case httpStatus = "http_status"
      case latencyMilliseconds = "latency_ms"
      case errorClass = "error_class"
      case consecutiveFailures = "consecutive_failures"
    }

    init(_ endpoint: EndpointStatus) {
      name = endpoint.name
      url = endpoint.url
      httpStatus = endpoint.httpStatus
      latencyMilliseconds = endpoint.latency?.wholeMilliseconds
      errorClass = endpoint.failureClass?.rawValue
      error = endpoint.error
      consecutiveFailures = endpoint.consecutiveFailures
      availability = endpoint.availability?.share
    }
  }

  let schema = 1
  let generatedAt: String
  let state: ServerState
  @Nullable var rejection: String?
  @Nullable var availability: Double?
  @Nullable var watchedSeconds: Int?
  let endpoints: [Endpoint]

  enum CodingKeys: String, CodingKey {
    case schema, state, rejection, availability, endpoints
    case generatedAt = "generated_at"
    case watchedSeconds = "availability_of_s"
  }

  init(_ status: ServerStatus, at now: Timestamp) {
    generatedAt = now.iso8601
    state = status.state
    rejection = status.rejection
    availability = status.availability?.share
    watchedSeconds = status.availability?.watched.wholeSeconds
    endpoints = status.endpoints.map(Endpoint.init)
  }
}
