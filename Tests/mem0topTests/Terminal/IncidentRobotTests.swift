import DemoWorld
import Foundation
import Testing

extension Robots {
  /// What the dashboard shows of the incident that it was made for.
  @Suite struct IncidentRobotTests {
    @Test func readsAsAFalseAlarm() async throws {
      try await Robots.onTheIncident { session, directory in
        let screen = try await session.wait(for: "the VPS is fine")
        let pid = try directory.text(of: WatchedDirectory.lock).trimmingCharacters(in: .newlines)
        for text in ["pid \(pid)", "36 pending", "Dead letters  12", "c clear lock"] {
          #expect(screen.contains(text), "\(text) is missing:\n\(screen)")
        }
      }
    }

    @Test func aCountdownTicks() async throws {
      try await Robots.onTheIncident { session, _ in
        let screen = try await session.wait(until: "a countdown") { countdown($0) != nil }
        let before = try #require(countdown(screen))
        try await session.wait(until: "a lower countdown") { screen in
          countdown(screen).map { $0 < before } == true
        }
      }
    }

    /// The seconds to the next retry of the item that is due next.
    private func countdown(_ screen: String) -> Int? {
      let row = screen.split(separator: "\n").first { $0.contains("e4977f3b") }
      guard let match = row?.firstMatch(of: /(\d\d):(\d\d) ━/), let minutes = Int(match.1),
        let seconds = Int(match.2)
      else { return nil }
      return minutes * 60 + seconds
    }

    @Test func anItemOpensWithItsContent() async throws {
      try await Robots.onTheIncident(rows: 60) { session, directory in
        try await session.wait(for: "the VPS is fine")
        try session.send("j", "j")
        let screen = try await session.wait(until: "the third row is selected") {
          Robots.selectedRow($0) == 2
        }
        let shown = try #require(Robots.selectedID(screen))
        let item = try #require(try directory.deadLetter(shown))
        try session.send("Enter")
        for name in ["id", "project_id", "last_error", "content"] {
          let value = try #require(item[name] as? String)
          try await session.wait(for: String(value.prefix(80)))
        }
        try session.send("Escape")
        try await session.wait(for: "Dead letters  12")
      }
    }

    @Test func theHelpListsEachKey() async throws {
      try await Robots.onTheIncident(columns: 110, rows: 100) { session, _ in
        try await session.wait(for: "the VPS is fine")
        try session.send("?")
        let help = try await session.wait(for: "go to the first line")
        let lines = help.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let keys =
          "j k g G PgDn PgUp Tab 1 2 3 4 5 Enter Esc i p ? q c C r R s Space *"
          .split(separator: " ").map(String.init)
        for key in keys {
          let isListed = lines.contains { words in
            words.prefix(5).contains { $0 == key || key == "Enter" && $0 == "⏎" }
          }
          #expect(isListed, "\(key) is missing:\n\(help)")
        }
      }
    }

    @Test func theSmallestScreenIsUsable() async throws {
      try await Robots.onTheIncident(columns: 40, rows: 10) { session, _ in
        let screen = try await session.wait(for: "STALE LOCK")
        for text in ["36 wait", "12 dead", "✖ lock", "▌"] {
          #expect(screen.contains(text), "\(text) is missing:\n\(screen)")
        }
        try session.resize(columns: 39, rows: 9)
        try await session.wait(for: "mem0top needs 40×10, this is 39×9")
        try session.resize(columns: 120, rows: 34)
        try await session.wait(for: "Dead letters  12")
      }
    }

    @Test(arguments: [["NO_COLOR": "1"], ["MEM0TOP_UI_THEME": "mono"]])
    func withoutColoursNothingIsLost(environment: [String: String]) async throws {
      try await Robots.onTheIncident(environment: environment) { session, _ in
        let screen = try await session.wait(for: "the VPS is fine")
        for text in ["stale", "● up", "due now", "worker says down"] {
          #expect(screen.contains(text), "\(text) is missing:\n\(screen)")
        }
        #expect(try !colours(session.captureStyled()))
      }
    }

    @Test func theThemeDecidesTheColours() async throws {
      var screens: [String] = []
      for theme in ["dark", "light"] {
        try await Robots.onTheIncident(environment: ["MEM0TOP_UI_THEME": theme]) { session, _ in
          try await session.wait(for: "the VPS is fine")
          screens.append(try session.captureStyled())
        }
      }
      #expect(screens.allSatisfy(colours))
      // The background of a critical banner in either theme.
      #expect(screens[0].contains("48;5;88") && !screens[0].contains("48;5;217"))
      #expect(screens[1].contains("48;5;217") && !screens[1].contains("48;5;88"))
    }

    /// Whether a captured screen sets any foreground or background colour.
    private func colours(_ styled: String) -> Bool {
      styled.matches(of: /\u{1B}\[([0-9;]*)m/).contains { match in
        match.1.split(separator: ";").contains { (30...38).contains(Int($0) ?? 0) || $0 == "48" }
      }
    }
  }
}
