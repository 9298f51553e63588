internal import QueueEngine

/// The keys that take items out of their list and bring them back.
extension Model {
  /// Asks for a drop of the open item, else the marked ones, else the selected one or the selected group.
  mutating func askForDrop() -> [Effect] {
    let keys = itemTargets
    guard let snapshot, !keys.isEmpty else { return [] }
    let file = targetList
    let action = DropItems(keys: keys, from: file)
    switch action.availability(in: snapshot, at: now) {
    case .unavailable(let reason): note(.hint, reason)
    case .available, .afterConfirmation:
      let what =
        keys.count == 1
        ? "this \(file.word(for: 1))"
        : "\(keys.count) \(marks.isEmpty ? "" : "marked ")\(file.word(for: keys.count))"
      let it = keys.count == 1 ? "it" : "them"
      let hidden = hiddenMarks
      prompt = Prompt(
        .drop(keys, from: file),
        question: "Drop \(what)?",
        evidence: ["no worker will deliver \(it); undo brings \(it) back from a copy"]
          + (hidden > 0 ? ["the filter hides \(hidden) of them"] : []) + [targets(keys, in: file)]
          + changeFacts(.drop(keys, from: file)),
        answer: .text(action.confirmation)
      )
    }
    return []
  }

  /// What one is, whose id the title has already, or which ones they are.
  private func targets(_ keys: [ItemKey], in file: ListFile) -> String {
    guard keys.count == 1, let item = list(of: file).item(for: keys[0]) else {
      return names(of: keys)
    }
    let project = item.project.isEmpty ? "no project" : item.project
    let tries = item.retryCount == 1 ? "1 try" : "\(item.retryCount) tries"
    return "\(project), \(tries), \(item.contentBytes) bytes"
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
