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
    case health, setup, addToBridge, addToMem0, addToPlatform, addToCustom, search, list, event
  }

  var purpose: Purpose? {
    switch (method, path.prefix { $0 != "?" }) {
    case ("GET", "/health"), ("GET", "/docs"), ("GET", "/v1/ping/"): .health
    case ("POST", "/memory"): .addToBridge
    case ("POST", "/memories"): .addToMem0
    case ("POST", "/v3/memories/add/"): .addToPlatform
    case ("POST", "/search"): .search
    case ("GET", "/auth/setup-status"): .setup
    case ("POST", "/v3/memories/"): .list
    case ("POST", "/notes"): .addToCustom
    case ("GET", let path) where path.hasPrefix("/v1/event/") && path.hasSuffix("/"): .event
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
    let isPlain = purpose == .addToBridge || purpose == .addToCustom
    guard let content = isPlain ? fields.content : fields.messages?.first?.content else {
      return nil
    }
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

    /// The metadata of a memory.
    struct Metadata: Decodable {
      enum CodingKeys: String, CodingKey {
        case queueID = "queue_id"
      }

      let queueID: String?
    }

    /// The filters of a search: the open-source server's are flat, the platform's an `AND` of such.
    struct Filters: Decodable {
      enum CodingKeys: String, CodingKey {
        case project = "user_id"
        case queueID = "queue_id"
        case all = "AND"
        case metadata
      }

      let project: String?
      let queueID: String?
      let metadata: Metadata?
      let all: [Filters]?

      /// The project and the id that are wanted, wherever they stand.
      var wanted: (project: String?, queueID: String?) {
        let parts = (all ?? []).map(\.wanted)
        return (
          project ?? parts.lazy.compactMap(\.project).first,
          queueID ?? metadata?.queueID ?? parts.lazy.compactMap(\.queueID).first
        )
      }
    }

    enum CodingKeys: String, CodingKey {
      case project = "user_id"
      case limit = "top_k"
      case content, messages, metadata, filters, query
    }

    let project: String?
    let content: String?
    let messages: [Message]?
    let metadata: Metadata?
    let filters: Filters?
    let query: String?
    let limit: Int?
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
