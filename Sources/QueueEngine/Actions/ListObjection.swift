/// Why an action on items of a list cannot do what is asked, as one sentence.
enum ListObjection {
  /// Why keys name no item at all, whatever the file holds.
  static func toKeys(_ keys: [ItemKey], of list: ListFile = .deadLetters) -> String? {
    if keys.isEmpty { return "No \(list.word(for: 1)) is selected." }
    let isNameless = keys.allSatisfy { $0.id.isEmpty }
    return isNameless
      ? "This \(list.word(for: 1)) has no id, so no action can refer to it." : nil
  }

  /// Why there is no file to change; one that our own cut write has torn is completed first.
  static func toFile(
    of list: ListFile = .deadLetters,
    in snapshot: Snapshot,
    purpose: String
  ) -> String? {
    let (state, problem) =
      switch list {
      case .queue: (snapshot.queue.state, snapshot.queue.problem)
      case .deadLetters: (snapshot.deadLetters.state, snapshot.deadLetters.problem)
      }
    return switch state {
    case .missing: "There is no file of \(list.word(for: 2)), so none can be \(purpose)."
    case .corrupt where problem?.cause == .cutWrite: nil
    case .corrupt, .unreadable:
      (problem?.message ?? "\(list == .queue ? "The queue" : "The dead letters") cannot be read")
        + "."
    case .ok: nil
    }
  }

  /// Why items cannot be dropped as things stand in a snapshot, which has no items of the queue.
  static func toItems(
    _ keys: [ItemKey],
    of list: ListFile,
    in snapshot: Snapshot
  ) -> String? {
    if let objection = toFile(of: list, in: snapshot, purpose: "dropped") ?? toKeys(keys, of: list)
    {
      return objection
    }
    guard list == .deadLetters, keys.count == 1, let key = keys.first else { return nil }
    let items = snapshot.deadLetters.content?.items ?? []
    let isThere = items.contains { $0.key == key }
    return isThere ? nil : "The dead letter \(key.shortID) has left the queue."
  }
}
