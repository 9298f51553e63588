internal import FoundationEssentials
internal import Synchronization

/// What the receiver has taken and how it is told to misbehave; it decides every reply.
///
/// It stores like a real server, which knows no `Idempotency-Key`: what comes twice is there twice.
final class ReceiverLedger: Sendable {
  private static let mostRequests = 2000

  private struct State {
    var faults: [ReceiverScope: (fault: ReceiverFault, times: Int)] = [:]
    var latency: ClosedRange<Duration>
    var stored: [ReceivedMemory] = []
    var positions: [String: [Int]] = [:]
    /// The same by the `queue_id`, which memories with different keys may share.
    var queuePositions: [String: [Int]] = [:]
    var requests: [ReceivedRequest] = []
    var answered = 0
    var manner = ReceiverManner()
    /// How often each event was asked about; the platform's events are numbered.
    var eventQuestions: [String: Int] = [:]
  }

  private let state: Mutex<State>

  init(latency: ClosedRange<Duration>, stored: [ReceivedMemory]) {
    var state = State(latency: latency)
    for memory in stored { Self.store(memory, in: &state) }
    self.state = Mutex(state)
  }

  var stored: [ReceivedMemory] { state.withLock { $0.stored } }

  var requests: [ReceivedRequest] { state.withLock { $0.requests } }

  var deliveries: [String: Int] { state.withLock { $0.positions.mapValues(\.count) } }

  func setFault(_ fault: ReceiverFault?, on scope: ReceiverScope, times: Int?) {
    state.withLock { $0.faults[scope] = fault.map { ($0, times ?? .max) } }
  }

  func setLatency(_ latency: ClosedRange<Duration>) {
    state.withLock { $0.latency = latency }
  }

  func setManner(_ manner: ReceiverManner) {
    state.withLock { $0.manner = manner }
  }

  /// The time until the next reply: it looks random and is the same in every run.
  func nextDelay() -> Duration {
    state.withLock { state in
      state.answered += 1
      let step = (state.answered &* state.answered &* 7 &+ state.answered &* 3) % 26
      return state.latency.lowerBound
        + (state.latency.upperBound - state.latency.lowerBound) * step / 25
    }
  }

  /// Does what is asked, unless a fault forbids it, and says what to reply.
  func reply(to request: ReceivedRequest) -> ReceiverFault.Reply {
    let isQuestion = request.purpose == .search || request.purpose == .list
    let memory = isQuestion ? nil : request.memory
    return state.withLock { state in
      state.requests.append(request)
      if state.requests.count > Self.mostRequests { state.requests.removeFirst(500) }
      let fault = Self.takeFault(for: request, memory, from: &state)
      if let fault, !fault.storesFirst { return fault.reply }
      let reply = Self.serve(request, memory, &state)
      return fault?.reply ?? reply
    }
  }

  private static func takeFault(
    for request: ReceivedRequest,
    _ memory: ReceivedMemory?,
    from state: inout State
  ) -> ReceiverFault? {
    let scope: ReceiverScope
    switch request.purpose {
    case nil: return nil
    case .health, .setup: scope = .health
    case .search, .list: scope = .searches
    case .event: scope = .events
    case .addToBridge, .addToMem0, .addToPlatform, .addToCustom:
      scope = memory.flatMap { itemScope(of: $0, state) } ?? .adds
    }
    guard let (fault, times) = state.faults[scope] else { return nil }
    state.faults[scope] = times > 1 ? (fault, times - 1) : nil
    return fault
  }

  private static func itemScope(of memory: ReceivedMemory, _ state: State) -> ReceiverScope? {
    state.faults.keys.first { scope in
      guard case .item(let text) = scope else { return false }
      return memory.id == text || memory.project == text || memory.content.contains(text)
    }
  }

  private static func serve(
    _ request: ReceivedRequest,
    _ memory: ReceivedMemory?,
    _ state: inout State
  ) -> ReceiverFault.Reply {
    let notFound = ReceiverFault.Reply.answer(status: 404, body: #"{"detail":"Not Found"}"#)
    switch request.purpose {
    case nil: return notFound
    case .health: return .answer(status: 200, body: #"{"status":"healthy"}"#)
    case .setup:
      return state.manner.isOldServer
        ? notFound : .answer(status: 200, body: #"{"needsSetup":false}"#)
    case .search, .list: return .answer(status: 200, body: found(request, state))
    case .event: return .answer(status: 200, body: event(request, &state))
    case .addToBridge, .addToMem0, .addToPlatform, .addToCustom:
      guard let memory else {
        return .answer(status: 422, body: #"{"detail":[{"msg":"Field required"}]}"#)
      }
      if request.purpose != .addToPlatform || state.manner.eventResult != .failed {
        store(memory, in: &state)
      }
      return .answer(status: 200, body: receipt(request.purpose, state))
    }
  }

  private static func store(_ memory: ReceivedMemory, in state: inout State) {
    state.positions[memory.id, default: []].append(state.stored.count)
    if let id = memory.queueID {
      state.queuePositions[id, default: []].append(state.stored.count)
    }
    state.stored.append(memory)
  }

  private static func receipt(_ purpose: ReceivedRequest.Purpose?, _ state: State) -> String {
    let number = state.stored.count
    switch purpose {
    case .addToMem0: return #"{"results":[{"id":"\#(number)","memory":"","event":"ADD"}]}"#
    case .addToPlatform: return #"{"status":"PENDING","event_id":"\#(number)"}"#
    case .addToCustom: return #"{"note":{"id":\#(number)}}"#
    default: return #"{"success":true}"#
    }
  }

  /// What the platform says of an event: pending as often as its manner has it, and then the result.
  private static func event(_ request: ReceivedRequest, _ state: inout State) -> String {
    state.eventQuestions[request.path, default: 0] += 1
    let id = request.path.split(separator: "/").last ?? ""
    let isPending = (state.eventQuestions[request.path] ?? 0) <= state.manner.pendingAnswers
    switch isPending ? .pending : state.manner.eventResult {
    case .pending: return #"{"id":"\#(id)","status":"RUNNING"}"#
    case .succeeded: return #"{"id":"\#(id)","status":"SUCCEEDED","results":[]}"#
    case .failed: return #"{"id":"\#(id)","status":"FAILED","error":"embedding failed"}"#
    }
  }

  /// The results of a look-up in the shape of both servers: what is like the query first, as many as
  /// are wanted.
  private static func found(_ request: ReceivedRequest, _ state: State) -> String {
    let fields = request.fields
    let (project, wanted) = fields?.filters?.wanted ?? (nil, nil)
    let memories = wanted.flatMap { state.queuePositions[$0] }?.map { state.stored[$0] } ?? []
    let hits = memories.filter { $0.project == project && $0.queueID == wanted }
    let sorted =
      hits.filter { $0.content == fields?.query } + hits.filter { $0.content != fields?.query }
    let rows = sorted.prefix(fields?.limit ?? 100).map {
      Hit(memory: $0.content, metadata: ["queue_id": $0.queueID ?? ""], project: $0.project)
    }
    // Texts can always be written; a search that finds nothing would be noticed.
    let data = try? JSONEncoder().encode(["results": rows])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? #"{"results":[]}"#
  }

  private struct Hit: Encodable {
    enum CodingKeys: String, CodingKey {
      case memory, metadata
      case project = "user_id"
    }

    let memory: String
    let metadata: [String: String]
    let project: String
  }
}
