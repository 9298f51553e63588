/// Who asked for an action.
public enum ActionOrigin: String, Hashable, Sendable, Codable {
  /// A key of the dashboard.
  case key
  /// A subcommand.
  case command
  /// The built-in worker.
  case worker
}
