import Foundation
import TestSupport
import Testing

extension Robots {
  /// The same dashboard on what it has recorded.
  @Suite struct ReplayRobotTests {
    @Test func whatWasSeenIsSeenAgain() async throws {
      let (session, directory) = try Robots.onFiles {
        try $0.write(Robots.queue(of: 3), to: WatchedDirectory.queue)
      }
      try await session.wait(for: "3 pending")
      let state = session.home.path("state/mem0top")
      func records(_ count: Int) async throws {
        let isThere = try await TmuxSession.poll(within: .seconds(30)) {
          let names = (try? FileManager.default.subpathsOfDirectory(atPath: state)) ?? []
          guard let name = names.first(where: { $0.hasSuffix("/recording") }),
            let text = try? String(contentsOfFile: state + "/" + name, encoding: .utf8)
          else { return false }
          return text.split(separator: "\n").count(where: { $0.hasPrefix(#"{"is":"snapshot""#) })
            >= count
        }
        #expect(isThere)
      }
      try await records(1)
      try directory.write(Robots.queue(of: 7), to: WatchedDirectory.queue)
      try await session.wait(for: "7 pending")
      try await records(2)
      try session.send("q")
      #expect(try await session.exitStatus() == "0")

      let replay = try TmuxSession(
        arguments: ["replay", "--dir", directory.path],
        environment: ["XDG_STATE_HOME": session.home.path("state")]
      )
      let screen = try await replay.wait(for: "replay ‖")
      #expect(screen.contains("3 pending"))
      try replay.send("Right")
      try await replay.wait(for: "7 pending")
      try replay.send("Left")
      try await replay.wait(for: "3 pending")
      try replay.send("R")
      try await replay.wait(for: "A recording cannot be changed.")
      try replay.send("q")
      #expect(try await replay.exitStatus() == "0")
    }
  }
}
