/// Why an action on dead letters cannot do what is asked, as one sentence.
enum DeadLetterObjection {
  /// Why keys name no item at all, whatever the file holds.
  static func toKeys(_ keys: [ItemKey]) -> String? {
    if keys.isEmpty { return "No dead letter is selected." }
    let isNameless = keys.allSatisfy { $0.id.isEmpty }
    return isNameless ? "This dead letter has no id, so no action can refer to it." : nil
  }

  /// Why there is no file to change; one that our own cut write has torn is completed first.
  static func toFile(of snapshot: Snapshot, purpose: String) -> String? {
    let reading = snapshot.deadLetters
    return switch reading.state {
    case .missing: "There is no file of dead letters, so none can be \(purpose)."
    case .corrupt where reading.problem?.cause == .cutWrite: nil
    case .corrupt, .unreadable:
      (reading.problem?.message ?? "The dead letters cannot be read") + "."
    case .ok: nil
    }
  }

  /// Why items cannot be dropped as things stand in a snapshot.
  static func toItems(_ keys: [ItemKey], in snapshot: Snapshot) -> String? {
    if let objection = toFile(of: snapshot, purpose: "dropped") ?? toKeys(keys) { return objection }
    guard keys.count == 1, let key = keys.first else { return nil }
    let items = snapshot.deadLetters.content?.items ?? []
    let isThere = items.contains { $0.key == key }
    return isThere ? nil : "The dead letter \(key.shortID) has left the queue."
  }
}
