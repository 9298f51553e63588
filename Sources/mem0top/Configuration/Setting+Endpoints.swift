internal import Mem0Client

extension Setting {
  /// `server.health`: a list of `{ name, url }`, or plain addresses.
  static let health = Setting(
    section: "server",
    name: "health",
    remark: "health endpoints, each shown; unset: the preset's health path on url",
    example: """
      [{ name = "api", url = "http://127.0.0.1:8080/health" }, \
      { name = "sync", url = "http://127.0.0.1:8081/health" }]
      """
  ) { (configuration, value) throws(ValueProblem) in
    let items: [ConfigurationValue] = if case .list(let items) = value { items } else { [value] }
    var endpoints: [HealthEndpoint] = []
    for item in items { endpoints.append(try endpoint(item)) }
    guard Set(endpoints.map(\.name)).count == endpoints.count else {
      throw ValueProblem(expected: "a list in which no name comes twice")
    }
    configuration.server.health = endpoints
  } print: { configuration in
    let endpoints = configuration.server.health.map {
      "{ name = \(TOMLText.quoted($0.name)), url = \(TOMLText.quoted(WebAddress.shown($0.url))) }"
    }
    return endpoints.isEmpty ? nil : "[" + endpoints.joined(separator: ", ") + "]"
  }

  private static func endpoint(_ value: ConfigurationValue) throws(ValueProblem) -> HealthEndpoint {
    switch value {
    case .text(let url) where WebAddress(url) != nil:
      return HealthEndpoint(name: WebAddress(url)?.authority ?? url, url: url)
    case .table(let members):
      if case .text(let name)? = members["name"], isPlain(name),
        case .text(let url)? = members["url"], WebAddress(url) != nil, members.count == 2
      {
        return HealthEndpoint(name: name, url: url)
      }
    default: break
    }
    throw ValueProblem(
      expected: "a list like [{ name = \"api\", url = \"http://127.0.0.1:8080/health\" }]"
    )
  }
}
