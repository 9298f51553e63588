/// The command line that does what a `RetryItems` does.
enum RetryItemsCommandText {
  /// As many ids are written out; more would fill the screen.
  private static let mostIDs = 20

  /// The arguments of `mem0top retry`: `--all` where all items are meant, their ids otherwise.
  static func arguments(for keys: [ItemKey], in snapshot: Snapshot) -> String {
    let items = snapshot.deadLetters.content?.items ?? []
    if keys.count > 1, keys.count == items.count, Set(keys) == Set(items.lazy.map(\.key)) {
      return "--all"
    }
    return arguments(forIDsOf: keys)
  }

  /// Their ids as arguments.
  static func arguments(forIDsOf keys: [ItemKey]) -> String {
    let ids = keys.prefix(mostIDs).map { ShellText.quoted($0.id) }.joined(separator: " ")
    return keys.count > mostIDs ? ids + " …" : ids
  }
}
