internal import FoundationEssentials
internal import QueueEngine

/// The JSON texts that are sent.
enum JSONBody {
  /// The text of a value, its keys in a fixed order.
  static func text(of value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// A memory as the bridge takes it.
  struct Bridge: Encodable {
    enum CodingKeys: String, CodingKey {
      case project = "user_id"
      case content
    }

    let project: String
    let content: String

    init(_ memory: Memory) {
      project = memory.project
      content = memory.content
    }
  }

  /// A memory as Mem0 takes it: as it is (`infer` is false), with what finds it again.
  struct Messages: Encodable {
    enum CodingKeys: String, CodingKey {
      case project = "user_id"
      case messages, metadata, infer
    }

    struct Message: Encodable {
      let role = "user"
      let content: String

      enum CodingKeys: String, CodingKey {
        case role, content
      }
    }

    struct Metadata: Encodable {
      let queueID: String
      let createdAt: String?

      enum CodingKeys: String, CodingKey {
        case queueID = "queue_id"
        case createdAt = "created_at"
      }
    }

    let project: String
    let messages: [Message]
    let metadata: Metadata
    let infer = false

    init(_ memory: Memory) {
      project = memory.project
      messages = [Message(content: memory.content)]
      metadata = Metadata(queueID: memory.id, createdAt: memory.createdAt?.iso8601)
    }
  }

  /// The question whether a memory is stored, in the words of the open-source server.
  struct Search: Encodable {
    /// The content itself is what a search by meaning finds first; this much of it is enough.
    private static let mostCharacters = 1000

    enum CodingKeys: String, CodingKey {
      case project = "user_id"
      case limit = "top_k"
      case showsExpired = "show_expired"
      case query, filters, threshold
    }

    let query: String
    let filters: [String: String]
    /// Older versions want the user beside the filters, and know nothing of what follows.
    var project: String?
    var threshold: Int?
    var limit: Int?
    var showsExpired: Bool?

    /// The question as the server takes it today: every memory counts, however little it resembles the
    /// query, and one row is enough.
    init(_ memory: Memory) {
      query = String(memory.content.prefix(Self.mostCharacters))
      filters = ["user_id": memory.project, "queue_id": memory.id]
      threshold = 0
      limit = memory.distinction == nil ? 1 : 20
      showsExpired = true
    }

    /// The question to a server that refuses the form of today.
    init(toOlderServer memory: Memory) {
      query = String(memory.content.prefix(Self.mostCharacters))
      filters = ["user_id": memory.project, "queue_id": memory.id]
      project = memory.project
    }
  }

  /// The same question in the words of the hosted platform, which takes filters alone.
  struct Listing: Encodable {
    struct Metadata: Encodable {
      enum CodingKeys: String, CodingKey {
        case queueID = "queue_id"
      }

      let queueID: String
    }

    struct Condition: Encodable {
      enum CodingKeys: String, CodingKey {
        case project = "user_id"
        case metadata
      }

      var project: String?
      var metadata: Metadata?
    }

    let filters: [String: [Condition]]

    init(_ memory: Memory) {
      let id = Metadata(queueID: memory.id)
      filters = ["AND": [Condition(project: memory.project), Condition(metadata: id)]]
    }
  }
}
