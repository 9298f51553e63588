internal import QueueEngine

/// One item whole, as `dlq show` and `queue show` print it: its entry in the list, and all that it says.
struct ItemSheet<Entry: Encodable>: Encodable {
  let schema = 1
  let item: Entry
  let fields: [String: String]
  let content: String
  let problem: String?
  private let detail: ItemDetail

  init(entry: Entry, detail: ItemDetail) {
    item = entry
    self.detail = detail
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

  /// The item for people: these facts, its flags, its fields, its content.
  func text(of item: DeadLetter, _ facts: [(String, String)]) -> String {
    let ink = Ink.forOutput
    var table = facts + [("content", "\(item.contentBytes) bytes")]
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
}
