import Foundation
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
      let session = try open(pager: "cat; echo THE PAGER; read answer </dev/tty; echo \\033c")
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

    @Test(arguments: [
      ("no-such-pager", "The shell cannot run the pager: look at $PAGER."),
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
        .see("3f2a91c0"), .type("y"), .see("]52;c;\(text)\u{7}"), .type("q"),
      ])
      #expect(outcome.status == 0)
    }
  }
}
