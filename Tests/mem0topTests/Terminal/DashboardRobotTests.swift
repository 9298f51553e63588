import Foundation
import Testing

/// The dashboard as a person meets it: in a terminal, by its keys and its signals.
@Suite(.serialized) struct DashboardRobotTests {
  @Test func opensWithItsPanels() throws {
    let session = try TmuxSession()
    let screen = try session.wait(for: "quit")
    for panel in ["VPS", "Queue", "Lock", "Dead letters", "Log"] {
      #expect(screen.contains(panel), "\(panel) is missing:\n\(screen)")
    }
    #expect(try session.value(of: "#{alternate_on} #{cursor_flag}") == "1 0")
  }

  @Test func helpOpensAndEscLeavesIt() throws {
    let session = try TmuxSession()
    try session.wait(for: "Dead letters")
    try session.send("?")
    try session.wait(for: "Help")
    try session.send("Escape")
    try session.wait(for: "Dead letters")
  }

  @Test func fitsTheScreenAfterAResize() throws {
    let session = try TmuxSession(columns: 120, rows: 34)
    try session.wait(for: "quit")
    for (columns, rows) in [(20, 5), (200, 50), (1, 1), (80, 24)] {
      try session.resize(columns: columns, rows: rows)
    }
    let fits = try TmuxSession.poll(within: .seconds(10)) {
      let lines = try session.capture().split(separator: "\n")
      return lines.count == 24 && lines.contains { $0.count == 80 && $0.hasSuffix("╮") }
    }
    #expect(fits, "\(try session.capture())")
  }

  @Test func quitRestoresTheTerminal() throws {
    let session = try TmuxSession()
    try session.wait(for: "quit")
    try session.send("q")
    #expect(try session.exitStatus() == "0")
    try expectRestored(session)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGILL])
  func signalRestoresTheTerminal(signal: Int32) throws {
    let session = try TmuxSession()
    try session.wait(for: "quit")
    kill(try session.processID(), signal)
    #expect(try session.exitStatus() == "\(128 + signal)")
    try expectRestored(session)
  }

  @Test func closedTerminalEndsTheProcessWithinASecond() throws {
    let session = try TmuxSession()
    try session.wait(for: "quit")
    let pid = try session.processID()
    try session.hangUp()
    let isGone = TmuxSession.poll(within: .seconds(1)) { kill(pid, 0) != 0 }
    #expect(isGone, "process \(pid) outlives its terminal")
  }

  @Test func pastedKeysAreNoKeys() throws {
    let session = try TmuxSession()
    try session.wait(for: "quit")
    try session.send("Escape", "[200~q\u{1B}[201~")
    try session.send("?")
    try session.wait(for: "Help")
  }

  @Test func asciiLocaleGetsAsciiFrames() throws {
    let session = try TmuxSession(environment: ["LANG": "C"])
    let screen = try session.wait(for: "quit")
    #expect(screen.allSatisfy { $0.isASCII })
    #expect(screen.contains("+-"))
  }

  @Test func unknownTerminalIsOneSentence() throws {
    let session = try TmuxSession(environment: ["TERM": "nonsense"])
    try session.wait(for: "TERM=nonsense")
    #expect(try session.hasSameModes())
  }

  private func expectRestored(_ session: TmuxSession) throws {
    try session.wait(for: "the program has ended")
    #expect(try session.hasSameModes())
    #expect(try session.value(of: "#{alternate_on} #{cursor_flag}") == "0 1")
  }
}
