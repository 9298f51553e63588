/// A receiver that no preset knows, as `[server.custom]` describes it.
package struct CustomServer: Hashable, Sendable {
  /// The path that is asked whether it is well.
  package var health = ""
  /// The path where memories are added.
  package var add = ""
  /// The JSON that adds one, with `{project}`, `{content}`, `{id}` and `{created}` within its texts.
  package var body = ""
  /// Headers that go with every request.
  package var headers: [String: String] = [:]
  /// The header for the key; what stands behind a colon goes before the key there.
  package var keyHeader = "Authorization: Bearer"
  /// The path in the answer that must be true or present, `result.id`.
  package var accept = ""
  /// The path where a memory can be looked up, with `{id}` and `{project}`.
  package var lookup: String?

  package init() {}

  /// Whether all is there that a delivery needs.
  package var isComplete: Bool { ![health, add, body, accept].contains("") }

  /// Whether the template is JSON once it is filled in, also by texts that need escapes.
  package static func isTemplate(_ body: String) -> Bool {
    let memory = MemoryFields(id: "\"", project: "\\", content: "\n{id}", created: "")
    return JSONAnswer(Array(memory.filling(body, escape: MemoryFields.jsonEscaped).utf8)) != nil
  }
}
