internal import QueueEngine

/// What a kind of receiver is asked, and how it says "stored" (`docs/contract.md#receivers`).
struct ServerPreset: Sendable {
  /// Where health is asked when no endpoint is named.
  struct Health: Sendable {
    let path: String
    /// Asked where the first is not there (404).
    var fallbackPath: String?
    /// Whether only JSON is an answer.
    var mustBeJSON = false
  }

  /// What the body of an accepted answer says.
  enum Receipt: Hashable, Sendable {
    /// The memory is stored.
    case stored
    /// It is not, for this reason where one is given.
    case denied(String?)
    /// That will be decided soon, under this name.
    case pending(event: String)
    /// Nothing of this kind.
    case missing
  }

  let health: Health
  /// Where memories are added.
  let addPath: String
  /// The header for the key and what stands before it there.
  var keyHeader: (name: String, prefix: String)?
  /// Headers that go with every request.
  var headers: [(name: String, value: String)] = []
  /// The JSON text that adds a memory.
  let body: @Sendable (Memory) throws -> [UInt8]
  /// The statuses that may mean that it was stored.
  let acceptedStatuses: Range<Int>
  /// What the answer says of the memory.
  let receipt: @Sendable (JSONAnswer) -> Receipt
  /// Where an event that is pending is followed.
  var eventPath: (@Sendable (String) -> String)?
  /// How a memory is looked up; the next way only where the server refuses the form of the one before.
  var lookups: [MemoryQuestion] = []
  /// Whether a 502 tells with a `code` what failed behind the server.
  var tellsCodes = false
}

extension ServerPreset {
  static let bridge = ServerPreset(
    health: Health(path: "/health"),
    addPath: "/memory",
    body: { try JSONBody.text(of: JSONBody.Bridge($0)) },
    acceptedStatuses: 200..<300,
    receipt: { answer in
      switch answer["success"] {
      case .bool(true): .stored
      case .bool(false): .denied(answer.reason)
      default: .missing
      }
    }
  )

  /// It has no `/health`; the question how far it is set up asks its database, too.
  static let mem0 = ServerPreset(
    health: Health(path: "/auth/setup-status", fallbackPath: "/docs", mustBeJSON: true),
    addPath: "/memories",
    keyHeader: ("X-API-Key", ""),
    body: { try JSONBody.text(of: JSONBody.Messages($0)) },
    acceptedStatuses: 200..<201,
    receipt: { answer in
      guard let results = answer.results else { return .missing }
      return results.isEmpty ? .denied(answer.reason) : .stored
    },
    lookups: [.search, .searchOfOlderServer],
    tellsCodes: true
  )

  static let platform = ServerPreset(
    health: Health(path: "/v1/ping/"),
    addPath: "/v3/memories/add/",
    keyHeader: ("Authorization", "Token "),
    body: { try JSONBody.text(of: JSONBody.Messages($0)) },
    acceptedStatuses: 200..<300,
    receipt: platformReceipt,
    eventPath: { "/v1/event/\($0)/" },
    lookups: [.listing]
  )

  /// What the platform says of a memory or of the event that adds it: its status goes before all else.
  static let platformReceipt: @Sendable (JSONAnswer) -> Receipt = { answer in
    let event = answer["event_id"]?.text.flatMap { isEventID($0) ? $0 : nil }
    switch answer["status"]?.text {
    case "FAILED": return .denied(answer.reason ?? "FAILED")
    case "SUCCEEDED": return .stored
    default:
      if answer["results"]?.elements?.isEmpty == false { return .stored }
      if let event { return .pending(event: event) }
      return answer["results"]?.elements == nil ? .missing : .denied(answer.reason)
    }
  }

  /// Whether it can stand in a path as it is.
  private static func isEventID(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".."
      && MemoryFields.percentEncoded(text) == text && text.utf8.count <= 128
  }

  /// The receiver that the settings describe.
  static func custom(_ server: CustomServer) -> ServerPreset {
    let header = server.keyHeader.split(separator: ":", maxSplits: 1).map {
      $0.trimmingBlanks
    }
    return ServerPreset(
      health: Health(path: server.health),
      addPath: server.add,
      keyHeader: header.first.map { ($0, header.count > 1 ? header[1] + " " : "") },
      headers: server.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      body: { memory in
        let fields = MemoryFields(memory)
        return Array(fields.filling(server.body, escape: MemoryFields.jsonEscaped).utf8)
      },
      acceptedStatuses: 200..<300,
      receipt: { answer in
        guard let value = answer.value(at: server.accept) else { return .missing }
        return value.isAffirmative ? .stored : .denied(answer.reason)
      },
      lookups: server.lookup.map { [.custom(path: $0)] } ?? []
    )
  }

  /// The kind of receiver of which this is an answer; `nil` where no preset knows it.
  static func fitting(_ status: Int, _ answer: JSONAnswer) -> ServerAPI? {
    let presets: [(ServerAPI, ServerPreset)] =
      answer["event_id"] == nil && answer["status"] == nil
      ? [(.bridge, bridge), (.mem0, mem0)] : [(.platform, platform), (.bridge, bridge)]
    return presets.first { _, preset in
      guard preset.acceptedStatuses.contains(status) else { return false }
      switch preset.receipt(answer) {
      case .stored, .pending: return true
      case .denied, .missing: return false
      }
    }?.0
  }
}

extension ServerSettings {
  /// How the configured receiver is spoken to.
  var preset: ServerPreset {
    switch api {
    case .bridge: .bridge
    case .mem0: .mem0
    case .platform: .platform
    case .custom: .custom(custom)
    }
  }
}

extension Substring {
  /// The text without blanks at its ends.
  fileprivate var trimmingBlanks: String {
    var text = drop { $0 == " " }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
