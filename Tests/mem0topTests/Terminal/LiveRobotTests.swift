import DemoWorld
import Foundation
import QueueEngine
import Testing

extension Robots {
  /// That the screen follows the files.
  ///
  /// The interval of the regular look is a minute here, so what shows sooner was noticed.
  @Suite struct LiveRobotTests {
    private static let rarely = ["MEM0TOP_UI_REFRESH": "60s"]
    private static let letters = """
      {"items":[{"id":"aaaa1111","project_id":"p","content":"x","retry_count":9,"last_attempt":1}]}
      """

    @Test func aReplacedFileShowsAtOnce() async throws {
      let (session, directory) = try Robots.onFiles(environment: Self.rarely) {
        try $0.write(Robots.queue(of: 36), to: WatchedDirectory.queue)
      }
      try await session.wait(for: "36 pending")
      try directory.write(Robots.queue(of: 37), to: WatchedDirectory.queue)
      try await session.wait(for: "37 pending")
    }

    @Test func pauseHoldsTheScreenAndItsEndCatchesUp() async throws {
      let (session, directory) = try Robots.onFiles(environment: Self.rarely) {
        try $0.write(Robots.queue(of: 36), to: WatchedDirectory.queue)
      }
      try await session.wait(for: "36 pending")
      try session.send("p")
      let paused = try await session.wait(for: "paused")
      try directory.write(Robots.queue(of: 37), to: WatchedDirectory.queue)
      // Two more seconds on the clock are far longer than any change takes to show.
      let start = try #require(seconds(paused))
      let later = try await session.wait(until: "two seconds later") { screen in
        seconds(screen).map { ($0 - start + 60) % 60 >= 2 } == true
      }
      #expect(later.contains("36 pending"))
      try session.send("p")
      try await session.wait(for: "37 pending")
    }

    /// The seconds of the clock at the end of the first row.
    private func seconds(_ screen: String) -> Int? {
      let row = screen.split(separator: "\n").first
      return row.flatMap { Int($0.trimmingCharacters(in: .whitespaces).suffix(2)) }
    }

    /// Bad input 69.
    @Test func theLogIsFollowedAcrossTruncationAndRotation() async throws {
      let (session, directory) = try Robots.onFiles(environment: Self.rarely) {
        try $0.write("first line\n", to: WatchedDirectory.log)
      }
      try await session.wait(for: "first line")
      try directory.append("second line\n", to: WatchedDirectory.log)
      try await session.wait(for: "second line")
      truncate(directory.path(of: WatchedDirectory.log), 0)
      try directory.append("third line\n", to: WatchedDirectory.log)
      try await session.wait(for: "third line")
      let path = directory.path(of: WatchedDirectory.log)
      try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
      try directory.write("fourth line\n", to: WatchedDirectory.log)
      try await session.wait(for: "fourth line")
      try directory.append("fifth line\n", to: WatchedDirectory.log)
      try await session.wait(for: "fifth line")
    }

    @Test func aMissingDirectoryIsWaitedFor() async throws {
      let session = try TmuxSession(prepare: { _ in })
      try await session.wait(for: "no directory")
      let directory = try WatchedDirectory(in: session.home)
      try directory.write(Robots.queue(of: 36), to: WatchedDirectory.queue)
      try await session.wait(for: "36 pending")
    }

    @Test func aCorruptFileKeepsTheLastGoodDataAndSaysWhere() async throws {
      let (session, directory) = try Robots.onFiles(environment: Self.rarely) {
        try $0.write(Self.letters, to: WatchedDirectory.deadLetters)
      }
      try await session.wait(for: "aaaa1111")
      try directory.write(String(Self.letters.prefix(40)), to: WatchedDirectory.deadLetters)
      let screen = try await session.wait(for: "byte 40")
      #expect(screen.contains("aaaa1111"))
      try directory.write(
        Self.letters.replacingOccurrences(of: "aaaa", with: "bbbb"),
        to: WatchedDirectory.deadLetters
      )
      let repaired = try await session.wait(for: "bbbb1111")
      #expect(!repaired.contains("byte 40"))
    }
  }
}
