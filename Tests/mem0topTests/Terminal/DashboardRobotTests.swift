import Foundation
import Testing

extension Robots {
  /// The dashboard as a person meets it: in a terminal, by its keys and its signals.
  @Suite struct DashboardRobotTests {
    nonisolated(unsafe) private static let clock = /\d\d:\d\d:\d\d/

    @Test func opensWithItsPanels() async throws {
      let session = try TmuxSession()
      let screen = try await session.wait(for: "quit")
      for panel in ["VPS", "Queue", "Lock", "Dead letters", "Log"] {
        #expect(screen.contains(panel), "\(panel) is missing:\n\(screen)")
      }
      #expect(try session.value(of: "#{alternate_on} #{cursor_flag}") == "1 0")
    }

    @Test func helpOpensAndEscLeavesIt() async throws {
      let session = try TmuxSession()
      try await session.wait(for: "Dead letters")
      try session.send("?")
      try await session.wait(for: "Help")
      try session.send("Escape")
      try await session.wait(for: "Dead letters")
    }

    @Test func fitsTheScreenAfterAResize() async throws {
      let session = try TmuxSession(columns: 120, rows: 34)
      try await session.wait(for: "quit")
      for (columns, rows) in [(20, 5), (200, 50), (1, 1), (80, 24)] {
        try session.resize(columns: columns, rows: rows)
      }
      let fits = try await TmuxSession.poll(within: .seconds(30)) {
        let lines = try session.capture().split(separator: "\n")
        return lines.count == 24 && lines.contains { $0.count == 80 && $0.hasSuffix("╮") }
      }
      let screen = try session.capture()
      #expect(fits, "\(screen)")
    }

    @Test func quitRestoresTheTerminal() async throws {
      let session = try TmuxSession()
      try await session.wait(for: "quit")
      try session.send("q")
      #expect(try await session.exitStatus() == "0")
      try await expectRestored(session)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGILL])
    func signalRestoresTheTerminal(signal: Int32) async throws {
      let session = try TmuxSession()
      try await session.wait(for: "quit")
      kill(try await session.processID(), signal)
      #expect(try await session.exitStatus() == "\(128 + signal)")
      try await expectRestored(session)
    }

    @Test func closedTerminalEndsTheProcess() async throws {
      let session = try TmuxSession()
      try await session.wait(for: "quit")
      let pid = try await session.processID()
      try session.hangUp()
      // A second is the promise; a busy machine needs time to look.
      let isGone = try await TmuxSession.poll(within: .seconds(5)) {
        try !TmuxSession.isRunning(pid)
      }
      #expect(isGone, "process \(pid) outlives its terminal")
    }

    @Test func pastedKeysAreNoKeys() async throws {
      let session = try TmuxSession()
      try await session.wait(for: "quit")
      try session.paste("?q")
      // The clock shows a later second only if the program still runs after the paste was read.
      let screen = try session.capture()
      let later = try await session.wait(until: "a later second") { now in
        now.firstMatch(of: Self.clock)?.0 != screen.firstMatch(of: Self.clock)?.0
      }
      #expect(!later.contains("the program has ended"))
      #expect(!later.contains("Help"))
      try session.send("?")
      try await session.wait(for: "Help")
    }

    @Test func asciiLocaleGetsAsciiFrames() async throws {
      let session = try TmuxSession(environment: ["LANG": "C"])
      let screen = try await session.wait(for: "quit")
      #expect(screen.allSatisfy { $0.isASCII })
      #expect(screen.contains("+-"))
    }

    /// Bad input 66.
    @Test(arguments: [
      ("nonsense", "TERM=nonsense"), ("dumb", "TERM=dumb"), ("", "TERM is not set"),
    ])
    func aTerminalThatCanDoNoMoreGetsThePlainStatus(name: String, words: String) async throws {
      let session = try TmuxSession(environment: ["TERM": name])
      let screen = try await session.wait(for: "the program has ended: 0")
      for text in ["mem0top: ", words, "Queue", "Lock", "Dead letters"] {
        #expect(screen.contains(text), "\(text) is missing:\n\(screen)")
      }
      #expect(try await session.hasSameModes())
    }

    private func expectRestored(_ session: TmuxSession) async throws {
      try await session.wait(for: "the program has ended")
      #expect(try await session.hasSameModes())
      #expect(try session.value(of: "#{alternate_on} #{cursor_flag}") == "0 1")
    }
  }
}
