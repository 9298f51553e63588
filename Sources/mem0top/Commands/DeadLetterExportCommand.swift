internal import ArgumentParser
internal import QueueEngine

/// `dlq export`: dead letters as a JSON array, each with the very bytes that it has in the file.
struct DeadLetterExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Prints dead letters as a JSON array, each byte for byte as it stands in the file.",
    discussion: """
      On a terminal, control characters are made visible; a file or a pipe gets the bytes as they are.

      Example: mem0top dlq export --project p > p.json
      """
  )

  @OptionGroup var directory: DirectoryOptions

  @Argument(
    help: "Ids of items, or unique beginnings of them; all items if none is given.",
    completion: LiveNames.deadLetters
  )
  var id: [String] = []

  @Option(help: "Only items of this project.", completion: LiveNames.projects)
  var project: String?

  func run() throws {
    let settings = try directory.load().configuration.engine
    let texts: DeadLetterTexts
    do throws(ActionError) {
      texts = try DeadLetterTexts(settings: settings)
    } catch {
      throw CommandFailure.refused(error.description)
    }
    let chosen = try selection(from: texts.items)
    let pieces = chosen.map { texts.bytes(of: $0) }
    let bytes =
      pieces.isEmpty
      ? Array("[]\n".utf8)
      : Array("[\n".utf8) + Array(pieces.joined(separator: Array(",\n".utf8)))
        + Array("\n]\n".utf8)
    if Output.isTerminal {
      let lines = bytes.split(separator: UInt8(ascii: "\n")).map { Scrubber.scrub(bytes: $0) }
      Output.print(lines.joined(separator: "\n"))
    } else {
      Output.write(bytes: bytes)
    }
  }

  private func selection(from items: [DeadLetter]) throws(CommandFailure) -> [DeadLetter] {
    do throws(ItemSelectionError) {
      var chosen = items
      if !id.isEmpty {
        let keys = Set(try RetryItems.resolve(ids: id, in: items))
        chosen = chosen.filter { keys.contains($0.key) }
      }
      if let project {
        let keys = Set(try RetryItems.resolve(project: project, in: items))
        chosen = chosen.filter { keys.contains($0.key) }
      }
      return chosen
    } catch {
      throw .refused(error.description)
    }
  }
}
