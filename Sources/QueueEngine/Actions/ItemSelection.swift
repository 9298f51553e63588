extension RetryItems {
  /// The keys of the dead letters that a person named by their ids, or by how those begin.
  ///
  /// A whole id wins over longer ones that begin with it. An item that is named twice comes once.
  public static func resolve(
    ids: [String],
    in items: [DeadLetter],
    of list: ListFile = .deadLetters
  ) throws(ItemSelectionError) -> [ItemKey] {
    let asked = ids.map(Scrubber.scrub)
    let wanted = Set(asked.map(ExactText.init))
    let named = items.lazy.filter { wanted.contains($0.key.exactID) }
    let exact = Dictionary(grouping: named, by: \.key.exactID)
    var (keys, known): ([ItemKey], Set<ItemKey>) = ([], [])
    for id in asked {
      let key = try key(of: id, among: exact[ExactText(id)] ?? beginning(with: id, items), list)
      if known.insert(key).inserted { keys.append(key) }
    }
    return keys
  }

  /// The keys of the dead letters of a project.
  public static func resolve(
    project: String,
    in items: [DeadLetter]
  ) throws(ItemSelectionError) -> [ItemKey] {
    let name = Scrubber.scrub(project)
    let keys = items.lazy.filter { $0.project == name }.map(\.key)
    guard !keys.isEmpty else { throw .noSuchProject(name) }
    return Array(keys)
  }

  private static func beginning(with start: String, _ items: [DeadLetter]) -> [DeadLetter] {
    start.isEmpty ? [] : items.filter { $0.key.exactID.hasPrefix(start) }
  }

  private static func key(
    of id: String,
    among matches: [DeadLetter],
    _ list: ListFile
  ) throws(ItemSelectionError) -> ItemKey {
    guard let match = matches.first, !id.isEmpty else { throw .noSuchItem(id, list) }
    guard matches.count > 1 else { return match.key }
    guard matches.contains(where: { $0.key.exactID != match.key.exactID }) else {
      throw .duplicateID(match.key.id, count: matches.count, list)
    }
    throw .ambiguous(id, candidates: matches.map(\.key.id), list)
  }
}

/// Why what a person typed names no dead letter, or more than one.
public enum ItemSelectionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No id begins so.
  case noSuchItem(String, ListFile = .deadLetters)
  /// Several ids begin so.
  case ambiguous(String, candidates: [String], ListFile = .deadLetters)
  /// Several items have this very id.
  case duplicateID(String, count: Int, ListFile = .deadLetters)
  /// No item belongs to this project.
  case noSuchProject(String)

  private static let mostNamed = 3

  /// What happened, and what to do.
  public var description: String {
    switch self {
    case .noSuchItem(let id, let list):
      let word = list == .queue ? "memory of the queue has an id that" : "dead letter's id"
      return "No \(word) begins with \"\(id)\"; see mem0top \(list.rawValue) list."
    case .ambiguous(let id, let candidates, let list):
      let named = candidates.prefix(Self.mostNamed).joined(separator: ", ")
      let rest = candidates.count > Self.mostNamed ? ", …" : ""
      return "\(list.counted(candidates.count)) have an id that begins with \"\(id)\""
        + " (\(named)\(rest)); give more of it."
    case .duplicateID(let id, let count, let list):
      return
        "\(list.counted(count)) share the id \"\(id)\", so it does not say which; choose the one"
        + " you mean in the dashboard."
    case .noSuchProject(let project):
      return "No dead letter belongs to the project \"\(project)\"; see mem0top dlq stats."
    }
  }
}
