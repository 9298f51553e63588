internal import ArgumentParser
internal import Fleet
internal import QueueEngine

/// What a command takes that can look at other machines.
struct HostOptions: ParsableArguments {
  @Option(
    name: .customLong("host"),
    help: ArgumentHelp(
      "Look at that machine over ssh instead (HOST, USER@HOST or HOST:DIRECTORY); may be repeated.",
      valueName: "host"
    ),
    completion: LiveNames.machines,
    transform: Self.host
  )
  var hosts: [RemoteHost] = []

  @Flag(name: .customLong("hosts"), help: "Look at all machines of [[hosts]] in the configuration.")
  var areAllWanted = false

  /// Whether other machines are meant.
  var isGiven: Bool { areAllWanted || !hosts.isEmpty }

  /// The machines that are meant, none twice.
  func machines(_ configuration: Configuration) throws -> [RemoteHost] {
    var machines = areAllWanted ? configuration.fleet.hosts : []
    if areAllWanted, machines.isEmpty {
      throw ConfigurationError(
        "--hosts looks at the machines of [[hosts]], and the configuration has none; mem0top config"
          + " --example shows how they are written."
      )
    }
    for host in hosts {
      // One of the configuration may be called by its name there.
      let known = configuration.fleet.hosts.first { $0.name == host.name }
      let machine = known ?? host
      if !machines.contains(where: { $0.name == machine.name }) { machines.append(machine) }
    }
    return machines.map { machine in
      var machine = machine
      if machine.isHere, machine.program == nil { machine.program = OwnProgram.path }
      return machine
    }
  }

  /// Refuses a directory of this machine beside other machines.
  func check(_ directory: DirectoryOptions) throws {
    if isGiven, directory.directory != nil {
      throw ValidationError(
        "--dir is for this machine; name another one's directory with it: --host dev-1:/path."
      )
    }
  }

  private static func host(_ text: String) throws -> RemoteHost {
    do throws(RemoteHostProblem) {
      return try RemoteHost(text)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
