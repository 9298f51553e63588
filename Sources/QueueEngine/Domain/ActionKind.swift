/// What can be done to the files; the raw value is the name of its command in `[keys]`, in the palette
/// and in a finding's suggestion.
///
/// A new action is a case here, its row below, and the `QueueAction` that carries it out.
public enum ActionKind: String, Codable, Sendable, CaseIterable {
  case clearLock = "clear_lock"
  case endHolder = "end_holder"
  case retryItems = "retry"
  case retryAll = "retry_all"
  case dropItems = "drop"
  case restoreItems = "restore"
  case undo
  case enqueue
  case absorb
  case recoverFile = "recover_file"
  case runWorker = "sync"

  /// The name as words: `clear lock`.
  public var words: String { rawValue.split(separator: "_").joined(separator: " ") }

  /// The kind that the audit log calls so; `nil` for a name that is none of ours.
  package init?(journalName: String) {
    guard let kind = Self.allCases.first(where: { $0.row.journalName == journalName }) else {
      return nil
    }
    self = kind
  }
}

/// The words for an action.
public struct ActionRow: Sendable, Hashable {
  /// What it is, as a heading; what it is done to may follow.
  public let title: String
  /// That it is under way; what it is done to may follow.
  public let progress: String
  /// Its name in the audit log and in the JSON of its command.
  public let journalName: String

  fileprivate init(_ title: String, _ progress: String, _ journalName: String) {
    self.title = title
    self.progress = progress
    self.journalName = journalName
  }
}

extension ActionKind {
  /// The words for it.
  public var row: ActionRow {
    switch self {
    case .clearLock: ActionRow("Clear the lock", "clearing the lock", "clear_lock")
    case .endHolder: ActionRow("End", "ending", "end_holder")
    case .retryItems: ActionRow("Retry", "retrying", "retry_items")
    // To the files it is a retry like any other.
    case .retryAll: ActionRow("Retry", "retrying", "retry_items")
    case .dropItems: ActionRow("Drop", "dropping", "drop_items")
    case .restoreItems: ActionRow("Restore", "restoring", "restore_items")
    case .undo: ActionRow("Undo", "undoing the last change", "undo")
    case .enqueue: ActionRow("Enqueue", "adding to the queue", "enqueue")
    case .absorb: ActionRow("Take in", "taking in memories", "absorb")
    case .recoverFile: ActionRow("Recover", "recovering", "recover_file")
    case .runWorker: ActionRow("Run the worker", "running the worker", "sync")
    }
  }
}
