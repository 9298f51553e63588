internal import Mem0Client

extension Setting {
  /// `[server.custom]`: how a receiver is spoken to that no preset knows.
  static let custom = Setting(
    section: "server",
    name: "custom",
    remark: "how to talk to a custom receiver; lookup, headers and key_header may be left out",
    example: """
      { health = "/health", add = "/notes", \
      body = '{"user_id":"{project}","content":"{content}","ref":"{id}","at":"{created}"}', \
      accept = "note.id", lookup = "/notes?ref={id}", key_header = "Authorization: Bearer" }
      """
  ) { (configuration, value) throws(ValueProblem) in
    guard case .table(let members) = value else {
      throw ValueProblem(expected: "a section [server.custom] with health, add, body and accept")
    }
    configuration.server.custom = try server(members)
  } print: { configuration in
    let server = configuration.server.custom
    guard server != CustomServer() else { return nil }
    // A header may hold a secret, whatever it is called.
    let headers = server.headers.keys.sorted().map { "\(TOMLText.quoted($0)) = \"…\"" }
    let parts = [
      ("health", server.health), ("add", server.add), ("body", server.body),
      ("accept", server.accept), ("key_header", server.keyHeader), ("lookup", server.lookup ?? ""),
    ].filter { !$0.1.isEmpty }.map { "\($0.0) = \(TOMLText.quoted($0.1))" }
    let all = parts + (headers.isEmpty ? [] : ["headers = { \(headers.joined(separator: ", ")) }"])
    return "{ \(all.joined(separator: ", ")) }"
  }

  private static func server(
    _ members: [String: ConfigurationValue]
  ) throws(ValueProblem) -> CustomServer {
    var server = CustomServer()
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      switch (name, value) {
      case ("health", .text(let path)) where isPath(path): server.health = path
      case ("add", .text(let path)) where isPath(path): server.add = path
      case ("lookup", .text(let path)) where isPath(path) && path.contains("{id}"):
        server.lookup = path
      case ("body", .text(let body))
      where CustomServer.isTemplate(body) && body.contains("{content}"):
        server.body = body
      case ("accept", .text(let path)) where isPlain(path): server.accept = path
      case ("key_header", .text(let header)) where isHeaderName(header.prefix { $0 != ":" }):
        server.keyHeader = header
      case ("headers", .table(let headers)): server.headers = try texts(of: headers)
      default: throw ValueProblem(expected: expectation(of: name))
      }
    }
    guard server.isComplete else {
      throw ValueProblem(expected: "a section with health, add, body and accept")
    }
    return server
  }

  private static func texts(
    of headers: [String: ConfigurationValue]
  ) throws(ValueProblem) -> [String: String] {
    var texts: [String: String] = [:]
    for (name, value) in headers {
      guard case .text(let text) = value, isHeaderName(name[...]),
        text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
      else { throw ValueProblem(expected: expectation(of: "headers")) }
      texts[name] = text
    }
    return texts
  }

  /// What a member must be, as the end of "server.custom must be …".
  private static func expectation(of name: String) -> String {
    switch name {
    case "health", "add": "a section in which \(name) is a path like \"/notes\""
    case "lookup": "a section in which lookup is a path with {id}, like \"/notes?ref={id}\""
    case "body": "a section in which body is JSON with \"{content}\" as a string in it"
    case "accept": "a section in which accept is a path like \"note.id\""
    case "key_header": "a section in which key_header is a name like \"X-API-Key\""
    case "headers": "a section in which headers is a table of strings"
    default: "a section with nothing but health, add, body, accept, headers, key_header and lookup"
    }
  }

  private static func isPath(_ text: String) -> Bool {
    text.hasPrefix("/") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }

  private static func isHeaderName(_ name: Substring) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        let scalar = Character(Unicode.Scalar(byte))
        return byte < 0x80 && (scalar.isLetter || scalar.isNumber || "-_".contains(scalar))
      }
  }
}
