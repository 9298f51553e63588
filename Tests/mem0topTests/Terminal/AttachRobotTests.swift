import Foundation
import Testing

extension Robots {
  /// What becomes of the dashboard while nobody looks, and when somebody looks again.
  @Suite struct AttachRobotTests {
    private static let text = """
      {"items":[{"id":"aaaa1111-x","project_id":"p","content":"x","last_attempt":4000000001}]}
      """

    private func open() async throws -> (TmuxSession, WatchedDirectory) {
      let (session, directory) = try Robots.onFiles {
        try $0.write(Self.text, to: WatchedDirectory.deadLetters)
      }
      try await session.wait(for: "aaaa1111")
      return (session, directory)
    }

    /// Whether a screen is a whole dashboard of so many columns, with the status line of tmux below.
    private func isWhole(_ screen: String, columns: Int) -> Bool {
      let lines = screen.split(separator: "\n")
      let frames = lines.filter { $0.hasPrefix("╭") || $0.hasPrefix("╰") }
      return frames.count >= 4 && frames.allSatisfy { $0.count == columns }
        && lines.contains { $0.contains("q quit") }
    }

    @Test func itIsThereAgainAtAnotherSizeWithWhatHappenedMeanwhile() async throws {
      let (session, directory) = try await open()
      let pid = try await session.processID()
      do {
        let viewer = try TmuxViewer(to: session.socket, columns: 100, rows: 30)
        try await viewer.wait(until: "100 columns") { isWhole($0, columns: 100) }
      }
      #expect(try session.value(of: "#{session_attached}") == "0")
      try directory.write(
        Self.text.replacingOccurrences(of: "aaaa1111", with: "bbbb2222"),
        to: WatchedDirectory.deadLetters
      )
      let viewer = try TmuxViewer(to: session.socket, columns: 81, rows: 25, terminal: "xterm")
      try await viewer.wait(until: "81 columns and the new item") {
        isWhole($0, columns: 81) && $0.contains("bbbb2222") && !$0.contains("aaaa1111")
      }
      #expect(try await session.processID() == pid)
      #expect(try TmuxSession.isRunning(pid))
    }

    @Test func aTerminalThatIsDraggedStaysWhole() async throws {
      let (session, _) = try await open()
      let viewer = try TmuxViewer(to: session.socket, columns: 100, rows: 30)
      try await viewer.wait(until: "100 columns") { isWhole($0, columns: 100) }
      for columns in Array(60...140) + Array((77...139).reversed()) {
        try viewer.resize(columns: columns, rows: 20 + columns % 17)
      }
      try viewer.resize(columns: 93, rows: 33)
      try await viewer.wait(until: "93 columns") { isWhole($0, columns: 93) }
    }

    @Test func aPaneThatIsClosedTakesTheProgramWithIt() async throws {
      let (session, _) = try await open()
      let pid = try await session.processID()
      try session.closePane()
      #expect(try await TmuxSession.poll(within: .seconds(20)) { try !TmuxSession.isRunning(pid) })
    }

    /// Nothing may spin after a signal: three seconds on the clock cost a small part of one.
    @Test(arguments: [[SIGSTOP, SIGCONT], [SIGTSTP], [SIGCONT], [SIGWINCH, SIGWINCH]])
    func aSignalLeavesNothingThatBurns(signals: [Int32]) async throws {
      let (session, _) = try await open()
      let pid = try await session.processID()
      for signal in signals {
        #expect(kill(pid, signal) == 0)
        // No shell in the pane could continue it, so the system lets nothing but this one stop it.
        if signal == SIGSTOP {
          #expect(try await TmuxSession.poll(within: .seconds(20)) { try session.isStopped(pid) })
        }
      }
      try await session.waitForSeconds(1)
      let before = try session.processorTime(of: pid)
      try await session.waitForSeconds(3)
      #expect(try session.processorTime(of: pid) - before < .milliseconds(600))
    }
  }
}

extension TmuxSession {
  /// Waits until the clock on the screen has passed so many seconds.
  fileprivate func waitForSeconds(_ count: Int) async throws {
    for _ in 0..<count {
      let clock = try clock(in: capture())
      try await wait(until: "another second") { try self.clock(in: $0) != clock }
    }
  }

  private func clock(in screen: String) throws -> String {
    try String(#require(screen.firstMatch(of: /\d\d:\d\d:\d\d/)).0)
  }

  /// The time that all threads of a process have run for.
  fileprivate func processorTime(of pid: pid_t) throws -> Duration {
    let tasks = "/proc/\(pid)/task"
    return try FileManager.default.contentsOfDirectory(atPath: tasks).reduce(.zero) { sum, task in
      // A thread may end between the list and the look.
      let text = try? String(contentsOfFile: "\(tasks)/\(task)/schedstat", encoding: .utf8)
      return sum + .nanoseconds(text?.split(separator: " ").first.flatMap { Int($0) } ?? 0)
    }
  }

  fileprivate func isStopped(_ pid: pid_t) throws -> Bool {
    try Self.run(["ps", "-o", "stat=", "-p", "\(pid)"]).hasPrefix("T")
  }

  /// Closes the pane, as its person does.
  fileprivate func closePane() throws {
    _ = try Self.run(["env", "-u", "TMUX", "tmux", "-S", socket, "kill-pane"])
  }
}
