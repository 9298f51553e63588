import Foundation
import TestSupport
import Testing

extension Robots {
  /// That the pager has the terminal for itself and gives it back, and that copies arrive.
  @Suite struct GuestRobotTests {
    private func open(pager: String) throws -> TmuxSession {
      let (session, _) = try Robots.onFiles(environment: ["PAGER": pager]) {
        try $0.write("the only line of the log\n", to: WatchedDirectory.log)
        try $0.write(
          #"{"items":[{"id":"3f2a91c0-1","project_id":"p","content":"x","last_attempt":1}]}"#,
          to: WatchedDirectory.deadLetters
        )
      }
      return session
    }

    @Test func thePagerShowsTheTextAndTheDashboardComesBack() async throws {
      let session = try open(
        pager: "cat; echo THE PAGER; sleep 1; read answer </dev/tty; echo \\033c"
      )
      try await session.wait(for: "3f2a91c0")
      try session.send("e")
      let page = try await session.wait(for: "THE PAGER")
      #expect(page.contains("3f2a91c0"))
      #expect(!page.contains("Dead letters ─"))
      try session.send("Enter")
      try await session.wait(for: "quit")
      try await session.wait(until: "the whole dashboard again") {
        !$0.contains("THE PAGER") && $0.contains("the only line of the log")
      }
      try session.send("q")
      #expect(try await session.exitStatus() == "0")
      #expect(try await session.hasSameModes())
    }

    /// Bad inputs 107 and 108: nobody has read what was there for a moment, and keys that were meant for
    /// the pager are not meant for us.
    @Test func aPagerThatEndsAtOnceWaitsForAKey() async throws {
      let session = try open(pager: "cat")
      try await session.wait(for: "3f2a91c0")
      try session.send("e")
      let page = try await session.wait(for: "press any key to return")
      #expect(page.contains("3f2a91c0"))
      try session.send("q")
      try await session.wait(until: "the dashboard") {
        !$0.contains("press any key to return") && $0.contains("the only line of the log")
      }
      try session.send("q")
      #expect(try await session.exitStatus() == "0")
      #expect(try await session.hasSameModes())
    }

    @Test func keysTypedIntoThePagerAreNotOurs() async throws {
      let session = try open(
        pager: "cat; echo THE PAGER; while [ ! -e go ]; do sleep 0.1; done; sleep 1"
      )
      try await session.wait(for: "3f2a91c0")
      try session.send("e")
      try await session.wait(for: "THE PAGER")
      try session.send("q")
      try session.home.write("", to: "go")
      try await session.wait(until: "the dashboard, which goes on") { $0.contains("q quit") }
      try session.send("?")
      try await session.wait(for: "Help")
    }

    /// GNU screen throws OSC 52 away.
    @Test(arguments: [
      ["TERM": "screen"], ["TERM": "xterm-256color", "STY": "1.pts-0"], ["TERM": "linux"],
    ])
    func noCopyIsClaimedWhereTheTerminalTakesNone(environment: [String: String]) throws {
      let stage = try PtyStage {
        try $0.write(
          #"{"items":[{"id":"3f2a91c0-1","project_id":"p","content":"x","last_attempt":1}]}"#,
          to: WatchedDirectory.deadLetters
        )
      }
      let outcome = try stage.play(
        [.see("3f2a91c0"), .pause(100), .type("y"), .see("takes no copies"), .leave],
        environment: environment
      )
      #expect(!outcome.written.contains("Copied") && !outcome.written.contains("]52;"))
    }

    @Test(arguments: [
      ("no-such-pager", "The shell cannot run the pager: check $PAGER."),
      ("exit 3", "The pager ended with status 3."),
    ])
    func aPagerThatFailsIsTold(pager: String, sentence: String) async throws {
      let session = try open(pager: pager)
      try await session.wait(for: "3f2a91c0")
      try session.send("e")
      let screen = try await session.wait(for: sentence)
      #expect(screen.contains("the only line of the log"))
    }

    @Test(arguments: [SIGTERM, SIGHUP])
    func aSignalEndsBoth(signal: Int32) async throws {
      let session = try open(pager: "cat; echo THE PAGER; exec sleep 600")
      try await session.wait(for: "3f2a91c0")
      try session.send("e")
      try await session.wait(for: "THE PAGER")
      kill(try await session.processID(), signal)
      #expect(try await session.exitStatus() == "\(128 + signal)")
      #expect(try await session.hasSameModes())
    }

    @Test func aCopyReachesTheBufferOfTmux() async throws {
      let session = try open(pager: "cat")
      try await session.wait(for: "3f2a91c0")
      try session.send("y")
      let isThere = try await TmuxSession.poll(within: .seconds(10)) {
        try session.value(of: "#{buffer_sample}").contains("3f2a91c0-1")
      }
      #expect(isThere)
    }

    @Test func aCopyReachesATerminalWithoutTmux() throws {
      let stage = try PtyStage {
        try $0.write(
          #"{"items":[{"id":"3f2a91c0-1","project_id":"p","content":"x","last_attempt":1}]}"#,
          to: WatchedDirectory.deadLetters
        )
      }
      let text = Data("3f2a91c0-1".utf8).base64EncodedString()
      let outcome = try stage.play([
        .see("3f2a91c0"), .type("y"), .see("]52;c;\(text)\u{7}"), .leave,
      ])
      #expect(outcome.status == 0)
    }
  }
}
