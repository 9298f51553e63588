/// One memory as it is sent: its texts decoded, exactly as they stand in the file.
package struct Memory: Hashable, Sendable {
  /// The item's id, which is also the `Idempotency-Key`; never empty.
  package var id: String
  /// The project, the `user_id` of the receiver.
  package var project: String
  /// What is to be remembered.
  package var content: String
  /// When it was queued, where the item says so.
  package var createdAt: Timestamp?
  /// What tells it from another memory that shares its id, by what it says; `nil` where none does.
  package var distinction: UInt64?

  /// Makes a memory.
  package init(id: String, project: String, content: String, createdAt: Timestamp? = nil) {
    self.id = id
    self.project = project
    self.content = content
    self.createdAt = createdAt
  }

  /// Whether it says the same as another, byte for byte: id, project and content.
  func isSame(as other: Memory) -> Bool { exactTexts == other.exactTexts }

  /// Whether it is the same as another in all.
  package static func == (one: Memory, other: Memory) -> Bool {
    one.isSame(as: other) && one.createdAt == other.createdAt
      && one.distinction == other.distinction
  }

  /// Hashes what it says.
  package func hash(into hasher: inout Hasher) { hasher.combine(exactTexts) }

  private var exactTexts: [ExactText] { [id, project, content].map(ExactText.init) }
}

/// What came of sending a memory, and whose fault a failure is (`docs/contract.md#whose-fault`).
///
/// Each text is one scrubbed line that begins like `HTTP 502` or with a class of `EndpointStatus.error`.
package enum DeliveryOutcome: Hashable, Sendable {
  /// The server has it.
  case stored
  /// The item itself is wrong: 400, 413 or 422.
  case rejected(String)
  /// The server, or the way to it, is at fault, and says by that that it was not stored.
  case failed(ServerFault, String)
  /// Nobody knows whether it was stored: no answer in time, the connection broke after sending, or a 5xx
  /// (a proxy's 504 may come after it was stored).
  case unknown(String)
  /// A 2xx that says neither that it was stored nor that it was not; `way` is how, the same for all
  /// answers of one kind.
  case unconfirmed(String, way: String)
}

/// Where the fault lies when it is not the item's.
package enum ServerFault: Hashable, Sendable {
  /// No connection, no address or no TLS: nothing was sent.
  case unreachable
  /// 429, with its `Retry-After` where it named one.
  case throttled(retryAfter: Duration?)
  /// 401, 403 or 404: it answers, but refuses us.
  case refused
  /// It answers, but what it needs itself fails, and it says so. It may have been stored all the same.
  case dependency
  /// A redirect, another status, or a 2xx that says that nothing was stored.
  case broken
}

/// Whether the server already has a memory.
package enum MemoryLookup: Hashable, Sendable {
  case found
  case absent
  /// This receiver cannot be asked.
  case unsupported
  /// It could not be asked now: what that comes to for the item that would have been sent.
  case failed(DeliveryOutcome)
}

/// Takes memories; the worker knows nothing else of the network.
package protocol MemoryReceiver: Sendable {
  /// Sends a memory and waits for the answer, never longer than the deadline.
  func add(_ memory: Memory) async -> DeliveryOutcome
  /// Asks whether a memory that may have been stored is there.
  func find(_ memory: Memory) async -> MemoryLookup
  /// Whether every health endpoint answers now.
  func isHealthy() async -> Bool
  /// The health endpoints by the probe's rule: asked until each answers or has failed three times.
  func status() async -> ServerStatus
}
