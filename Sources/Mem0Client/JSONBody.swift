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
  ///
  /// Older versions of it want the user beside the filters, newer ones within them.
  struct Search: Encodable {
    /// The content itself is what a search by meaning finds first; this much of it is enough.
    private static let mostCharacters = 1000

    enum CodingKeys: String, CodingKey {
      case project = "user_id"
      case query, filters
    }

    let query: String
    let project: String
    let filters: [String: String]

    init(_ memory: Memory) {
      query = String(memory.content.prefix(Self.mostCharacters))
      project = memory.project
      filters = ["user_id": memory.project, "queue_id": memory.id]
    }
  }
}
