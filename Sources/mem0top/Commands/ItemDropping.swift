internal import CLibrary
internal import QueueEngine

/// What `dlq drop` and `queue drop` do: they ask, and take items out of a list with a copy kept of each.
struct ItemDropping {
  let list: ListFile
  /// Ids, or beginnings of them.
  let ids: [String]
  /// Whether the person has agreed already.
  let isAgreed: Bool
  /// Whether the output is for a program, which cannot be asked.
  let isForProgram: Bool

  /// Drops them, and returns what came of it.
  func report(_ settings: EngineSettings) -> ActionReport {
    do throws(CommandFailure) {
      let shelf = try ItemShelf(list, settings: settings, acts: true)
      let action = DropItems(keys: try shelf.keys(named: ids), from: list)
      if !isAgreed { try confirm(action) }
      return ActionReport(running: action, settings: settings)
    } catch {
      return ActionReport(
        action: DropItems(keys: [], from: list).name,
        error: .refused(error.description, evidence: [])
      )
    }
  }

  /// Has the person type what only somebody types who means these items.
  private func confirm(_ action: DropItems) throws(CommandFailure) {
    guard isatty(STDIN_FILENO) == 1, !isForProgram else {
      throw .refused(
        "Nothing was dropped: there is no terminal to ask on; pass --yes to drop them."
      )
    }
    for key in action.keys.prefix(20) { Output.complain("  \(key.id)") }
    let what = action.keys.count == 1 ? "it" : "these \(action.keys.count)"
    Output.complain("To drop \(what), type \(action.confirmation) and press Enter:")
    guard readLine() == action.confirmation else {
      throw .refused("Nothing was dropped: the answer was not \(action.confirmation).")
    }
  }
}
