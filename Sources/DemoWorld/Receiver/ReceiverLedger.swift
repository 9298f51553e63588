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
    let memory = request.purpose == .search ? nil : request.memory
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
    case .health: scope = .health
    case .search: scope = .searches
    case .addToBridge, .addToMem0, .addToPlatform:
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
    switch request.purpose {
    case nil: return .answer(status: 404, body: #"{"detail":"Not Found"}"#)
    case .health: return .answer(status: 200, body: #"{"status":"healthy"}"#)
    case .search: return .answer(status: 200, body: found(request.fields, state))
    case .addToBridge, .addToMem0, .addToPlatform:
      guard let memory else {
        return .answer(status: 422, body: #"{"detail":[{"msg":"Field required"}]}"#)
      }
      store(memory, in: &state)
      return .answer(status: 200, body: receipt(request.purpose, number: state.stored.count))
    }
  }

  private static func store(_ memory: ReceivedMemory, in state: inout State) {
    state.positions[memory.id, default: []].append(state.stored.count)
    if let id = memory.queueID {
      state.queuePositions[id, default: []].append(state.stored.count)
    }
    state.stored.append(memory)
  }

  private static func receipt(_ purpose: ReceivedRequest.Purpose?, number: Int) -> String {
    switch purpose {
    case .addToMem0: #"{"results":[{"id":"\#(number)","memory":"","event":"ADD"}]}"#
    case .addToPlatform: #"{"status":"PENDING","event_id":"\#(number)"}"#
    default: #"{"success":true}"#
    }
  }

  /// The results of a search in the shape of the open-source server's.
  private static func found(_ fields: ReceivedRequest.Fields?, _ state: State) -> String {
    let wanted = fields?.filters?.queueID
    let memories = wanted.flatMap { state.queuePositions[$0] }?.map { state.stored[$0] } ?? []
    let results = memories.filter { $0.project == fields?.project && $0.queueID == wanted }.map {
      Hit(memory: $0.content, metadata: ["queue_id": $0.queueID ?? ""], project: $0.project)
    }
    // Texts can always be written; a search that finds nothing would be noticed.
    let data = try? JSONEncoder().encode(["results": results])
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
