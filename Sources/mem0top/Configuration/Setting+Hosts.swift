package import Fleet
internal import QueueEngine

/// The machines that are watched over links, and what leads to them.
package struct FleetSettings: Sendable, Hashable {
  package var hosts: [RemoteHost] = []
  /// What takes the place of `ssh` and its options, as a shell would be given it; `nil` for those.
  package var rsh: String?

  package init() {}
}

extension Setting {
  private static let expectedHosts =
    "a list like [{ name = \"dev\", host = \"me@dev-1:/home/me/.claude\", actions = true }]"

  /// `fleet.hosts`, written as `[[hosts]]` too: texts, or tables with `host`, and `name`, `program`,
  /// `actions`.
  static let hosts = Setting(
    section: "fleet",
    name: "hosts",
    remark: "machines that --hosts looks at, also as [[hosts]]; \".\" is this one",
    example: "[{ name = \"dev\", host = \"me@dev-1:/home/me/.claude\", actions = true }]"
  ) { (configuration, value) throws(ValueProblem) in
    guard case .list(let items) = value else { throw ValueProblem(expected: expectedHosts) }
    var hosts: [RemoteHost] = []
    for (index, item) in items.enumerated() {
      hosts.append(try host(item, items.count > 1 ? " of number \(index + 1)" : ""))
    }
    guard Set(hosts.map(\.name)).count == hosts.count else {
      throw ValueProblem(expected: "a list in which no name comes twice")
    }
    configuration.fleet.hosts = hosts
  } print: { configuration in
    let hosts = configuration.fleet.hosts.map { host in
      let address = host.directory.map { "\(host.destination):\($0)" } ?? host.destination
      let program = host.program.map { ", program = \(TOMLText.quoted($0))" } ?? ""
      let actions = host.wantsActions ? ", actions = true" : ""
      return "{ name = \(TOMLText.quoted(host.name)), host = \(TOMLText.quoted(address))"
        + "\(program)\(actions) }"
    }
    return hosts.isEmpty ? nil : "[" + hosts.joined(separator: ", ") + "]"
  }

  private static func host(
    _ value: ConfigurationValue,
    _ place: String
  ) throws(ValueProblem) -> RemoteHost {
    var members = value.members
    if case .text = value { members = ["host": value] }
    guard case .text(let address)? = members.removeValue(forKey: "host") else {
      throw ValueProblem(expected: "\(expectedHosts); the host\(place) is missing")
    }
    var host: RemoteHost
    do throws(RemoteHostProblem) {
      host = try RemoteHost(address)
    } catch {
      throw ValueProblem(expected: "a list of hosts (\(error))")
    }
    for (name, value) in members {
      switch (name, value) {
      case ("name", .text(let text)) where isPlain(text): host.name = text
      case ("program", .text(let text)) where isPlain(text): host.program = text
      case ("actions", .boolean(let isWanted)): host.wantsActions = isWanted
      default:
        let member = Scrubber.scrub(name) + place
        throw ValueProblem(expected: "\(expectedHosts); \(member) does not fit")
      }
    }
    return host
  }
}

extension ConfigurationValue {
  /// The members of a table; of anything else none.
  fileprivate var members: [String: ConfigurationValue] {
    if case .table(let members) = self { members } else { [:] }
  }
}

extension Configuration {
  /// What takes the place of `ssh` and its options, in words: `MEM0TOP_RSH`, else `fleet.rsh`.
  func rsh(_ environment: [String: String]) throws(ConfigurationError) -> [String]? {
    let (text, source) =
      environment["MEM0TOP_RSH"].map { ($0, "MEM0TOP_RSH") } ?? (fleet.rsh ?? "", "fleet.rsh")
    guard !text.isEmpty else { return nil }
    guard let words = ShellWords.split(text), !words.isEmpty else {
      throw ConfigurationError(
        "\(source) must be a command that a shell can take apart, like \"ssh -F FILE\", not"
          + " \(Scrubber.scrub(TOMLText.quoted(text)))"
      )
    }
    return words
  }
}
