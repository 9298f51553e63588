import Foundation
import QueueEngine
import TestSupport
import Testing

/// The line in the status bar of a real tmux, seen by a tmux around it.
@Suite struct TmuxStatusTests {
  /// A terminal of 120 columns in which a tmux with this configuration runs.
  private func screen(
    _ configuration: String,
    until text: String,
    then keys: [String] = [],
    _ prepare: (WatchedDirectory) throws -> Void
  ) async throws -> String {
    let home = try TemporaryDirectory()
    try prepare(try WatchedDirectory(in: home))
    try home.write(configuration, to: "tmux.conf")
    try home.write(
      "[worker]\nmatch = [\"worker-\(UUID().uuidString)\"]\n",
      to: ".config/mem0top/config.toml"
    )
    let bin = home.path("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: bin + "/mem0top",
      withDestinationPath: Program.path
    )
    let outer = home.path("outer")
    let inner = home.path("inner")
    let base = ["env", "-i", "LC_ALL=C.UTF-8", "HOME=\(home.path)", "PATH=\(bin):/usr/bin:/bin"]
    let tmux = base + ["TERM=xterm-256color", "tmux", "-S"]
    _ = try TmuxSession.run(
      tmux + [
        outer, "-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "34",
        "tmux -S \(inner) -f \(home.path("tmux.conf")) new-session 'exec sleep 300'",
      ]
    )
    defer {
      for socket in [outer, inner] { _ = try? TmuxSession.run(tmux + [socket, "kill-server"]) }
    }
    var seen = ""
    func wait(for text: String) async throws -> Bool {
      try await TmuxSession.poll(within: .seconds(30)) {
        seen = try TmuxSession.run(tmux + [outer, "capture-pane", "-p", "-e"])
        return seen.contains(text)
      }
    }
    let isThere = try await wait(for: text)
    #expect(isThere, "\(seen)")
    guard !keys.isEmpty else { return seen }
    _ = try TmuxSession.run(tmux + [outer, "send-keys"] + keys)
    let isOpen = try await wait(for: "STALE LOCK")
    #expect(isOpen, "\(seen)")
    return seen
  }

  private static let line = """
    set -g status-interval 1
    set -g status-left ''
    set -g status-right-length 100
    set -g status-right '#(mem0top status --format tmux)'

    """

  @Test func namesOfProjectsAreNoStyles() async throws {
    let seen = try await screen(Self.line, until: "q3") { directory in
      let projects = ["a#b", "x#[fg=blue]y", "#{host}#(id)"]
      let items = projects.enumerated().map {
        #"{"id":"i\#($0)","project_id":"\#($1)","content":"c","timestamp":\#(Int(Date().timeIntervalSince1970))}"#
      }
      try directory.write(
        #"{"queue":[\#(items.joined(separator: ","))]}"#,
        to: WatchedDirectory.queue
      )
    }
    let names = ["a#b 1", "x#[fg=blue]y 1", "#{host}#(id) 1"]
    #expect(names.count { seen.contains($0) } == 2, "\(seen)")
    #expect(!seen.contains("uid="))
  }

  @Test func theIncidentIsRedInTheStatusBarAndOpensInAPopup() async throws {
    let snippet = try String(
      contentsOfFile: Peer.contribution("tmux/mem0top.tmux.conf"),
      encoding: .utf8
    )
    let seen = try await screen(
      snippet.replacing("status-interval 5", with: "status-interval 1"),
      until: "✖ stale lock 3h",
      then: ["C-b", "M"]
    ) { directory in
      try directory.writeIncident()
    }
    #expect(seen.contains("Dead letters"))
  }
}
