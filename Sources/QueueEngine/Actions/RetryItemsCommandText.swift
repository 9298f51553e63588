/// The command line that does what a `RetryItems` does.
enum RetryItemsCommandText {
  /// As many ids are written out; more would fill the screen.
  private static let mostIDs = 20

  /// The arguments of `mem0top retry`: `--all` where all items are meant, `--project` where all of one project
  /// are, their ids otherwise.
  static func arguments(for keys: [ItemKey], in snapshot: Snapshot) -> String {
    let items = snapshot.deadLetters.content?.items ?? []
    if keys.count > 1, keys.count == items.count, Set(keys) == Set(items.lazy.map(\.key)) {
      return "--all"
    }
    if keys.count > 1, let project = project(of: keys, in: items) {
      return "--project \(ShellText.quoted(project))"
    }
    return arguments(forIDsOf: keys, among: items)
  }

  /// The project of which these are all the items.
  private static func project(of keys: [ItemKey], in items: [DeadLetter]) -> String? {
    guard let one = items.first(where: { $0.key == keys[0] }), !one.project.isEmpty else {
      return nil
    }
    let members = items.lazy.filter { $0.project == one.project }.map(\.key)
    let isWhole = members.count == keys.count && Set(members) == Set(keys)
    return isWhole ? one.project : nil
  }

  /// Their ids as arguments: the beginning of one where no other of the list's `items` begins so.
  static func arguments(forIDsOf keys: [ItemKey], among items: [DeadLetter] = []) -> String {
    let shown = keys.prefix(mostIDs)
    let beginnings = Set(shown.map(\.shortID))
    var counts: [String: Int] = [:]
    for beginning in items.lazy.map(\.key.shortID) where beginnings.contains(beginning) {
      counts[beginning, default: 0] += 1
    }
    let ids = shown.map { ShellText.quoted(counts[$0.shortID] == 1 ? $0.shortID : $0.id) }
    return ids.joined(separator: " ") + (keys.count > mostIDs ? " …" : "")
  }
}
