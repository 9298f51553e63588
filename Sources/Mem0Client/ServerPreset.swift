internal import QueueEngine

/// What a kind of receiver is asked, and how it says "stored" (`docs/contract.md#receivers`).
struct ServerPreset: Sendable {
  /// A sign in the body of an answer that the memory was stored.
  enum Receipt: Sendable {
    /// `"success":true`
    case success
    /// `results` that are not empty; an empty list means that nothing was stored.
    case results
    /// An `event_id`, under which the hosted platform stores it soon.
    case event
  }

  /// Where health is asked when no endpoint is named.
  let healthPath: String
  /// Where memories are added.
  let addPath: String
  /// Where a memory can be looked up by its `queue_id`.
  var searchPath: String?
  /// The header for the key and what stands before it there.
  var keyHeader: (name: String, prefix: String)?
  /// The JSON text that adds a memory.
  let body: @Sendable (Memory) throws -> [UInt8]
  /// The statuses that may mean that it was stored.
  let acceptedStatuses: Range<Int>
  /// The signs of which one must be there, too.
  let receipts: [Receipt]

  static let bridge = ServerPreset(
    healthPath: "/health",
    addPath: "/memory",
    body: { try JSONBody.text(of: JSONBody.Bridge($0)) },
    acceptedStatuses: 200..<300,
    receipts: [.success]
  )

  /// It has no `/health`; its page of documentation is served by the same program.
  static let mem0 = ServerPreset(
    healthPath: "/docs",
    addPath: "/memories",
    searchPath: "/search",
    keyHeader: ("X-API-Key", ""),
    body: { try JSONBody.text(of: JSONBody.Messages($0)) },
    acceptedStatuses: 200..<201,
    receipts: [.results]
  )

  static let platform = ServerPreset(
    healthPath: "/v1/ping/",
    addPath: "/v3/memories/add/",
    keyHeader: ("Authorization", "Token "),
    body: { try JSONBody.text(of: JSONBody.Messages($0)) },
    acceptedStatuses: 200..<300,
    receipts: [.event, .results]
  )

  /// Whether an answer with this status and body says that the memory was stored.
  func accepts(_ status: Int, _ answer: JSONAnswer?) -> Bool {
    guard acceptedStatuses.contains(status), let answer else { return false }
    return receipts.contains { receipt in
      switch receipt {
      case .success: answer["success"] == .bool(true)
      case .results: answer.results?.isEmpty == false
      case .event: answer["event_id"]?.text?.isEmpty == false
      }
    }
  }

  /// Whether a body that is no receipt says that nothing was stored, rather than nothing at all.
  func denies(_ answer: JSONAnswer?) -> Bool {
    receipts.contains { receipt in
      switch receipt {
      case .success: answer?["success"] == .bool(false)
      case .results: answer?.results?.isEmpty == true
      case .event: false
      }
    }
  }
}

extension ServerAPI {
  /// How this kind of receiver is spoken to.
  var preset: ServerPreset {
    switch self {
    case .bridge: .bridge
    case .mem0: .mem0
    case .platform: .platform
    }
  }
}
