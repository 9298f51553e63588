internal import ArgumentParser
internal import QueueEngine

/// `dlq show`: one dead letter whole.
struct DeadLetterShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows one dead letter whole.",
    discussion: "Example: mem0top dlq show 3f2a91c0"
  )

  @OptionGroup var directory: DirectoryOptions

  @Argument(
    help: "The item's id, or a unique beginning of it.",
    completion: LiveNames.deadLetters
  )
  var id: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let shelf = try DeadLetterShelf(settings: directory.load().configuration.engine)
    let item = try shelf.item(named: id)
    let detail = shelf.detail(of: item)
    if json {
      try Output.printJSON(
        Report(item: shelf.entry(of: item), detail: detail)
      )
    } else {
      Output.write(text(of: item, detail, at: shelf.now))
    }
  }

  private func text(of item: DeadLetter, _ detail: ItemDetail, at now: Timestamp) -> String {
    let ink = Ink.forOutput
    let next = item.isDue(at: now) ? "due now" : "in \((item.dueAt - now).countdownText)"
    var table = [("next retry", next)]
    table += [("tries", "\(item.retryCount)"), ("content", "\(item.contentBytes) bytes")]
    table += ItemFlags.catalog.filter { item.flags.contains($0.flag) }.map {
      ("flag", "\($0.name): \($0.explanation)")
    }
    table += detail.problem.map { [("problem", $0)] } ?? []
    table += detail.fields.map { ($0.name, $0.value) }
    let width = table.map(\.0.count).max() ?? 0
    var lines = table.map { name, value in
      ink.dim(name.padded(to: width)) + "  " + value
    }
    if !detail.content.isEmpty { lines += [""] + detail.content }
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Report: Encodable {
    let schema = 1
    let item: StatusReport.DeadLetterEntry
    let fields: [String: String]
    let content: String
    let problem: String?

    init(item: StatusReport.DeadLetterEntry, detail: ItemDetail) {
      self.item = item
      fields = detail.fields.reduce(into: [:]) { $0[$1.name] = $1.value }
      content = detail.content.joined(separator: "\n")
      problem = detail.problem
    }

    enum CodingKeys: String, CodingKey {
      case schema, item, fields, content, problem
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(schema, forKey: .schema)
      try container.encode(item, forKey: .item)
      try container.encode(fields, forKey: .fields)
      try container.encode(content, forKey: .content)
      try container.encode(problem, forKey: .problem)
    }
  }
}
