import Foundation
import TestSupport
import Testing

extension Robots {
  /// Finding one line among a thousand, and going from a line to its memory and back, as a person does it.
  @Suite struct SearchRobotTests {
    private static let letters =
      #"{"items":[{"id":"3f2a91c0-1","project_id":"web","content":"use channel 6","last_attempt":4000000001}]}"#

    private func open() async throws -> TmuxSession {
      let refusals = (0..<17).map {
        "2026-01-01T0\($0 / 6):\($0 % 6)0:00Z Could not acquire queue lock (timeout)"
      }
      let lines =
        ["2026-01-01T00:00:00Z 📋 Moved to DLQ: web (ID: 3f2a91c0...) after 5 retries"] + refusals
        + [
          "2026-01-01T03:00:00Z the bridge answered slowly", "2026-01-01T03:10:00Z ✨ Worker done:",
        ]
      let (session, _) = try Robots.onFiles {
        try $0.write(Self.letters, to: WatchedDirectory.deadLetters)
        try $0.write(lines.joined(separator: "\n") + "\n", to: WatchedDirectory.log)
      }
      try await session.wait(for: "Worker done")
      return session
    }

    @Test func whatRepeatsIsOneLineWithItsCount() async throws {
      let session = try await open()
      let screen = try await session.wait(for: "×17 since")
      #expect(screen.components(separatedBy: "Could not acquire").count == 2)
    }

    @Test func aTextIsFoundInTheLogAndTheRestHidden() async throws {
      let session = try await open()
      try session.send("5")
      try session.send("/")
      try await session.wait(for: "n and N go on")
      for letter in ["b", "r", "i", "d", "g", "e"] { try session.send(letter) }
      try await session.wait(for: "1 line")
      try session.send("Enter")
      try session.send("&")
      try await session.wait(until: "only the line that matches") {
        $0.contains("the bridge answered slowly") && !$0.contains("Worker done")
      }
      try session.send("Escape")
      try await session.wait(for: "Worker done")
    }

    @Test func fromAFailureToItsMemoryAndBackToItsLines() async throws {
      let session = try await open()
      try session.send("[")
      try session.send("[")
      try session.send("Enter")
      try await session.wait(for: "use channel 6")
      try session.send("l")
      try await session.wait(until: "the lines that name it") {
        $0.contains("&3f2a91c0") && $0.contains("Moved to DLQ") && !$0.contains("Could not acquire")
      }
      try session.send("q")
      #expect(try await session.exitStatus() == "0")
    }
  }
}
