internal import ArgumentParser
internal import Dashboard
internal import Fleet
internal import QueueEngine

/// `serve`: the far half of a link, for a mem0top on another machine.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Tells another mem0top what is seen here, over standard input and output.",
    discussion: """
      "mem0top --host THIS-MACHINE" starts it there over ssh. It writes a JSON line that says who is \
      there, then one for each change, and a heartbeat every 15 seconds. It takes no lock, writes nothing \
      in the directory and ends with its input. With --allow-actions it also does what the keys do, and \
      refuses what they refuse.

      In ~/.ssh/authorized_keys: command="mem0top serve --stdio",restrict ssh-ed25519 …

      Example: mem0top serve --stdio </dev/null
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Speak over standard input and output; there is no other way.")
  var stdio = false

  @Flag(help: "Also change files and run the worker where the other side asks for it.")
  var allowActions = false

  func validate() throws {
    guard stdio else {
      throw ValidationError("serve speaks over standard input and output: give --stdio.")
    }
  }

  @MainActor func run() async throws {
    let configuration = try directory.load().configuration
    let server = try StdioServer(
      configuration,
      environment: ProcessEnvironment.variables,
      allowsActions: allowActions && !configuration.interface.isReadOnly
    )
    try server.run()
  }
}
