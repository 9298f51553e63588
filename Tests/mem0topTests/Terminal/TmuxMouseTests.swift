import Foundation
import TestSupport
import Testing

extension Robots {
  /// A mouse in a real terminal: tmux reads what a hand does, and tells the program what it asked to know.
  @Suite struct TmuxMouseTests {
    /// Modes that a killed program has left on are off while ours runs, and afterwards.
    @Test(arguments: [1000, 1002, 1003], [0, 1005, 1006])
    func modesThatWereLeftOnAreOff(mode: Int, encoding: Int) async throws {
      let leftOn = [mode, encoding].filter { $0 > 0 }.map { "\\033[?\($0)h" }.joined()
      let session = try TmuxSession(before: "printf '\(leftOn)'")
      try await session.wait(for: "q quit")
      #expect(try session.value(of: "#{mouse_any_flag}") == "0")
      try session.send("m")
      let isOn = try await TmuxSession.poll(within: .seconds(10)) {
        try session.value(of: "#{mouse_any_flag} #{mouse_sgr_flag}") == "1 1"
      }
      #expect(isOn)
      try session.send("m")
      let isOff = try await TmuxSession.poll(within: .seconds(10)) {
        try session.value(of: "#{mouse_any_flag}") == "0"
      }
      #expect(isOff)
      try session.send("q")
      #expect(try await session.exitStatus() == "0")
      #expect(try session.value(of: "#{mouse_any_flag}") == "0")
    }

    /// A click on each column of the rows that hold keys, with the mouse on and off: it shows, and acts
    /// on nothing.
    @Test(arguments: ["true", "false"])
    func aClickOnEachColumnActsOnNothing(mouse: String) async throws {
      let columns = 260
      try await Robots.onTheIncident(
        columns: columns,
        environment: ["MEM0TOP_UI_MOUSE": mouse]
      ) { session, directory in
        try await session.wait(for: "clear lock")
        try session.setOption("mouse", "on")
        let viewer = try TmuxViewer(
          to: session.socket,
          columns: columns,
          rows: 35,
          terminal: "xterm-256color"
        )
        try await viewer.wait(until: "the dashboard") { $0.contains("clear lock") }
        let before = try directory.stamp(of: WatchedDirectory.lock)
        for row in Matrix.isWhole ? Array(1...34) : [2, 34] {
          for start in stride(from: 1, through: columns, by: 10) {
            let clicks = (start..<start + 10).map { column in
              "\u{1B}[<0;\(column);\(row)M\u{1B}[<0;\(column);\(row)m"
            }
            try viewer.type(clicks.joined())
          }
        }
        try viewer.type("\u{1B}")
        try await viewer.wait(until: "the dashboard again") { $0.contains("clear lock") }
        #expect(try directory.stamp(of: WatchedDirectory.lock) == before)
        #expect(try WatchedDirectory.auditEntries(below: session.home.path).isEmpty)
      }
    }
  }
}
