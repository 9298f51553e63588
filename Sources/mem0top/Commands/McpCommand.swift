internal import ArgumentParser
internal import QueueEngine

/// `mcp`: the queue as tools of an assistant.
struct McpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract: "Serves assistants by the Model Context Protocol on standard input and output.",
    discussion: """
      Tools: mem0_queue_status, mem0_queue_save and mem0_dead_letters; with --allow-actions also \
      mem0_unlock and mem0_retry, which refuse what the commands refuse. A JSON-RPC message a line \
      (protocol 2026-07-28, and 2025-11-25 and 2025-06-18 with a handshake); the end of the input \
      ends it.

      Example: claude mcp add mem0top -- mem0top mcp
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Flag(help: "Also offer the tools that clear a stale lock and make dead letters due.")
  var allowActions = false

  func run() async throws {
    let tools = ToolDispatcher(configuration: try directory.load().configuration)
    let server = ModelContextServer(allowsActions: allowActions) {
      (tool, arguments) async throws(CommandFailure) in
      try await tools.run(tool, arguments)
    }
    var lines = MessageLines()
    while let line = lines.next() {
      // An empty line between messages harms nobody.
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      guard let answer = await server.answer(to: line) else { continue }
      guard Output.offer(try Output.json(answer) + "\n") else { return }
    }
  }
}
