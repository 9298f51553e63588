internal import QueueEngine

/// The keys that take dead letters out of the queue and bring them back.
extension Model {
  /// Asks for a drop of the open item, else the marked ones, else the selected one.
  mutating func askForDrop() -> [Effect] {
    let keys = itemTargets
    guard let snapshot, !keys.isEmpty else { return [] }
    let action = DropItems(keys: keys)
    switch action.availability(in: snapshot, at: now) {
    case .unavailable(let reason): note(.hint, reason)
    case .available, .afterConfirmation:
      let what = keys.count == 1 ? "this dead letter" : "\(keys.count) marked dead letters"
      let hidden = hiddenMarks
      prompt = Prompt(
        .drop(keys),
        question: "Drop \(what)?",
        evidence: [names(of: keys)]
          + (hidden > 0 ? ["the filter hides \(hidden) of them"] : [])
          + ["no worker will deliver it; a copy is kept, from which an undo restores it"],
        answer: .text(action.confirmation)
      )
    }
    return []
  }

  /// Takes back the last retry or drop; the engine says what that was, and refuses what is too late.
  mutating func undo() -> [Effect] {
    guard let snapshot else { return [] }
    if case .unavailable(let reason) = UndoChange().availability(in: snapshot, at: now) {
      note(.hint, reason)
      return []
    }
    return start(.undo)
  }
}
