import Foundation
import TestSupport
import Testing

extension Robots {
  /// What a worker that the dashboard started writes, during the run and after the dashboard has quit.
  @Suite struct WorkerOutputRobotTests {
    /// `docs/contract.md#state-directory`: our state is bounded; this is far beyond it.
    private static let flood = "yes 'a line that nobody wants to read' | head -c 20000000; echo"
    private static let mostBytes = 4 << 20

    private func open(
      _ code: String,
      in state: String? = nil
    ) throws -> (TmuxSession, WatchedDirectory) {
      var environment = ["MEM0TOP_WORKER_COMMAND": #"["sh", "-c", "\#(code)"]"#]
      if let state {
        environment["XDG_STATE_HOME"] = state + "/state"
        environment["MEM0TOP_DIR"] = state + "/.claude"
      }
      return try Robots.onFiles(environment: environment) { _ in }
    }

    /// The size of the output that is kept below a home.
    private func outputSize(below home: String) throws -> Int {
      let state = home + "/state/mem0top"
      let names = FileManager.default.enumerator(atPath: state)?.compactMap { $0 as? String } ?? []
      let name = try #require(names.first { $0.hasSuffix("/worker.out") })
      let facts = try FileManager.default.attributesOfItem(atPath: state + "/" + name)
      return try #require(facts[.size] as? Int)
    }

    private func wait(for name: String, in directory: WatchedDirectory) async throws {
      let isThere = try await TmuxSession.poll(within: .seconds(60)) { directory.exists(name) }
      #expect(isThere, "no \(name)")
    }

    @Test func aFloodIsBoundedAndItsEndIsShown() async throws {
      let (session, _) = try open("\(Self.flood); echo ended")
      try await session.wait(for: "quit")
      try session.send("s")
      try await session.wait(for: "run│ ended", within: .seconds(60))
      #expect(try outputSize(below: session.home.path) <= Self.mostBytes)
    }

    @Test func aFloodAfterTheDashboardIsBoundedAndDisturbsNobody() async throws {
      let code = """
        echo begun; while [ ! -e go ]; do sleep 0.05; done; \(Self.flood); echo on >> on; touch done
        """
      let (session, directory) = try open(code)
      try await session.wait(for: "quit")
      try session.send("s")
      try await session.wait(for: "run│ begun")
      try session.send("q")
      #expect(try await session.exitStatus() == "0")
      try directory.write("", to: "go")
      try await wait(for: "done", in: directory)
      #expect(try directory.text(of: "on") == "on\n")
      #expect(try outputSize(below: session.home.path) <= Self.mostBytes)
    }

    @Test func whatAnEarlierWorkerWritesIsNotTheNewOnes() async throws {
      let earlier = """
        while [ ! -e stop ]; do echo older; sleep 0.05; done; touch done
        """
      let (first, directory) = try open(earlier)
      try await first.wait(for: "quit")
      try first.send("s")
      try await first.wait(for: "run│ older")
      try first.send("q")
      #expect(try await first.exitStatus() == "0")
      let (second, _) = try open("echo begun; sleep 1; echo ended", in: first.home.path)
      try await second.wait(for: "quit")
      try second.send("s")
      try await second.wait(for: "run│ begun")
      let screen = try await second.wait(for: "run│ ended")
      #expect(!screen.contains("older"), "\(screen)")
      try directory.write("", to: "stop")
      try await wait(for: "done", in: directory)
    }
  }
}
