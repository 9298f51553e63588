import Foundation

/// A person who attaches to a session, from a terminal of another kind: a tmux of its own, in whose
/// pane the client runs.
final class TmuxViewer {
  private let socket: String

  /// Attaches to the session on `session`, a socket, with a terminal of so many cells.
  init(to session: String, columns: Int, rows: Int, terminal: String = "screen-256color") throws {
    socket = session + "-\(UUID().uuidString.prefix(8))"
    try tmux([
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
      "env -u TMUX TERM=\(terminal) tmux -S '\(session)' attach",
    ])
  }

  deinit {
    do {
      try tmux(["kill-server"])
    } catch {
      print("the viewer on \(socket) has ended before: \(error)")
    }
  }

  /// What the person sees, the status line of the session included.
  func capture() throws -> String { try tmux(["capture-pane", "-p"]) }

  /// Sends a text from the person's terminal as it is, sequences included.
  func type(_ text: String) throws { try tmux(["send-keys", "-l", "--", text]) }

  /// Makes the person's terminal larger or smaller.
  func resize(columns: Int, rows: Int) throws {
    try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// Waits until `condition` holds for what the person sees.
  func wait(
    within limit: Duration = .seconds(30),
    until wish: String,
    _ condition: (String) throws -> Bool
  ) async throws {
    var screen = ""
    let isThere = try await TmuxSession.poll(within: limit) {
      screen = try capture()
      return try condition(screen)
    }
    guard isThere else {
      throw TmuxSession.Failure(description: "not seen by the viewer: \(wish)\n\(screen)")
    }
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    try TmuxSession.run(["env", "-u", "TMUX", "LC_ALL=C.UTF-8", "tmux", "-S", socket] + arguments)
  }
}
