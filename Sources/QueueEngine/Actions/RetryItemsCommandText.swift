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
    return arguments(forIDsOf: keys)
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

  /// Their ids as arguments.
  static func arguments(forIDsOf keys: [ItemKey]) -> String {
    let ids = keys.prefix(mostIDs).map { ShellText.quoted($0.id) }.joined(separator: " ")
    return keys.count > mostIDs ? ids + " …" : ids
  }
}
