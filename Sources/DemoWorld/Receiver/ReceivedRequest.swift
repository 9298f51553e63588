internal import FoundationEssentials

/// A request as it came.
package struct ReceivedRequest: Sendable {
  package let method: String
  package let path: String
  package let body: [UInt8]
  let headers: [(name: String, value: String)]

  /// The values of a header, whose name is compared without regard to case.
  package func values(of header: String) -> [String] {
    headers.filter { $0.name.lowercased() == header.lowercased() }.map(\.value)
  }

  /// What is asked for; each preset has its own path for it.
  enum Purpose: Sendable {
    case health, addToBridge, addToMem0, addToPlatform, search
  }

  var purpose: Purpose? {
    switch (method, path.prefix { $0 != "?" }) {
    case ("GET", "/health"), ("GET", "/docs"), ("GET", "/v1/ping/"): .health
    case ("POST", "/memory"): .addToBridge
    case ("POST", "/memories"): .addToMem0
    case ("POST", "/v3/memories/add/"): .addToPlatform
    case ("POST", "/search"): .search
    default: nil
    }
  }

  /// The body in the terms of all presets; `nil` where it is no JSON object or a type is wrong.
  var fields: Fields? {
    try? JSONDecoder().decode(Fields.self, from: Data(body))
  }

  /// The memory to add; `nil` where the body lacks what its preset needs.
  var memory: ReceivedMemory? {
    guard let fields, let project = fields.project else { return nil }
    guard let content = purpose == .addToBridge ? fields.content : fields.messages?.first?.content
    else { return nil }
    let key = values(of: "Idempotency-Key").first ?? fields.metadata?.queueID ?? ""
    return ReceivedMemory(
      id: key,
      project: project,
      content: content,
      queueID: fields.metadata?.queueID
    )
  }

  struct Fields: Decodable {
    struct Message: Decodable {
      let role: String
      let content: String
    }

    /// The metadata of a memory, and the filters of a search.
    struct Metadata: Decodable {
      enum CodingKeys: String, CodingKey {
        case queueID = "queue_id"
      }

      let queueID: String?
    }

    enum CodingKeys: String, CodingKey {
      case project = "user_id"
      case content, messages, metadata, filters
    }

    let project: String?
    let content: String?
    let messages: [Message]?
    let metadata: Metadata?
    let filters: Metadata?
  }
}

/// A memory as the receiver stored it.
package struct ReceivedMemory: Hashable, Sendable {
  /// The `Idempotency-Key` of the request, which is the item's id; without one the `queue_id`.
  package let id: String
  package let project: String
  package let content: String
  /// The `queue_id` of the metadata, which only some presets send.
  package let queueID: String?
}
