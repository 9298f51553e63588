internal import QueueEngine

/// One way to ask a receiver whether it has a memory.
struct MemoryQuestion: Sendable {
  /// The path that is asked about a memory.
  let path: @Sendable (Memory) -> String
  /// The JSON text that is posted; without one it is asked with GET.
  var json: (@Sendable (Memory) throws -> [UInt8])?
  /// Whether 404 says that it is not there, and not that nobody can be asked.
  var isAbsentAt404 = false
  /// Whether the memory is in the answer; `nil` where the answer says nothing of it.
  let isThere: @Sendable (Memory, JSONAnswer) -> Bool?

  static let search = MemoryQuestion(
    path: { _ in "/search" },
    json: { try JSONBody.text(of: JSONBody.Search($0)) },
    isThere: isAmongResults
  )

  static let searchOfOlderServer = MemoryQuestion(
    path: { _ in "/search" },
    json: { try JSONBody.text(of: JSONBody.Search(toOlderServer: $0)) },
    isThere: isAmongResults
  )

  static let listing = MemoryQuestion(
    // The size of a page stands in the query, as the platform's own client sends it.
    path: { "/v3/memories/?page=1&page_size=\($0.distinction == nil ? 1 : 20)" },
    json: { try JSONBody.text(of: JSONBody.Listing($0)) },
    isThere: isAmongResults
  )

  /// The person's own: the id must stand in the answer, since any page may be a 200.
  static func custom(path: String) -> MemoryQuestion {
    MemoryQuestion(
      path: { MemoryFields($0).filling(path, escape: MemoryFields.percentEncoded) },
      isAbsentAt404: true,
      isThere: { memory, answer in answer.holds(ExactText(memory.id)) }
    )
  }

  /// The server's own filter is not trusted: another memory may have the same id, so the text must
  /// agree, too; `infer` was false, so that the server keeps it as it is.
  private static let isAmongResults: @Sendable (Memory, JSONAnswer) -> Bool? = { memory, answer in
    answer.results?.contains { result in
      result["metadata"]?["queue_id"]?.text.map(ExactText.init) == ExactText(memory.id)
        && result["memory"]?.text.map(ExactText.init) == ExactText(memory.content)
    }
  }
}
