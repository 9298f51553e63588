import Foundation
import Subprocess
import TestSupport
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

extension Robots {
  /// Bad inputs 36 to 47 on the real screen.
  @Suite struct HostileScreenTests {
    /// Bad inputs 36 to 46: what the program sends to its terminal commands nothing but the screen.
    @Test func theTerminalGetsNoCommandFromAText() async throws {
      let word = "worker-\(UUID().uuidString)"
      let worker = try PythonChild(HostileText.worker, word)
      var watched: WatchedDirectory?
      let session = try TmuxSession(
        environment: ["MEM0TOP_WORKER_MATCH": "[\"\(word)\"]"]
      ) { home in
        let directory = try WatchedDirectory(in: home)
        try HostileText.write(into: directory)
        watched = directory
      }
      try await session.wait(for: "odd1")
      let record = session.home.path + "/sent"
      try await Self.record(session, into: record)
      // A full repaint of each view, so that all of it is sent once more.
      try session.resize(columns: 132, rows: 42)
      try await session.wait(until: "the new size") { $0.contains("␛]52;c;aGk=␇") }
      for panel in ["1", "2", "3", "4", "5"] {
        try session.send(panel)
        try session.send("Enter")
        try await session.wait(until: "a view of its own") { !$0.contains("NEXT RETRY") }
        try session.send("Escape")
        try await session.wait(for: "NEXT RETRY")
      }
      let directory = try #require(watched)
      try directory.write(HostileText.bytes, to: WatchedDirectory.lock)
      try await session.wait(for: "not a process id")
      try directory.write("\(worker.pid)", to: WatchedDirectory.lock)
      try await session.wait(for: "● held")
      try session.send("c")
      try await session.wait(for: "The lock is not cleared")
      let sent = try await Self.bytes(of: record) { $0.contains("‹U+202E›") }
      #expect(HostileText.commands(in: sent) == [])
      // The same look finds what is to be found in the text itself.
      #expect(HostileText.commands(in: HostileText.bytes).count > 15)
      #expect(worker.isRunning)
    }

    /// Bad input 47: a character of two columns that has one left is not painted over the edge.
    @Test func aWideCharacterAtTheEdgeLeavesTheFrameWhole() async throws {
      let wide = String(repeating: "漢", count: 150)
      let session = try TmuxSession(columns: 120, rows: 34) { home in
        let directory = try WatchedDirectory(in: home)
        let item =
          #""project_id":"a\#(wide)","content":"\#(wide)","last_error":"\#(wide)","timestamp":5"#
        try directory.write(#"{"queue":[{"id":"\#(wide)",\#(item)}]}"#, to: WatchedDirectory.queue)
        try directory.write(
          #"{"items":[{"id":"\#(wide)",\#(item)},{"id":"a\#(wide)",\#(item)}]}"#,
          to: WatchedDirectory.deadLetters
        )
        try directory.write("\(wide)\na\(wide)\n📋 \(wide)\n", to: WatchedDirectory.log)
      }
      for columns in [120, 121, 97, 98, 83, 80, 61, 60, 41, 40] {
        try session.resize(columns: columns, rows: 34)
        try await session.wait(until: "frames of \(columns) columns") { screen in
          let framed = screen.split(separator: "\n").filter { "│╭╰".contains($0.first ?? " ") }
          return screen.contains("漢") && framed.count > 12
            && framed.allSatisfy {
              Self.columns(of: $0) == columns && "│╮╯".contains($0.last ?? " ")
            }
        }
      }
    }

    /// How many columns a terminal gives to a line of what is on these screens.
    private static func columns(of line: Substring) -> Int {
      line.unicodeScalars.reduce(0) { count, scalar in
        switch scalar.value {
        case 0x2E80...0xFF60, 0x1F300...0x1FAFF: count + 2
        default: count + 1
        }
      }
    }

    /// Lets tmux write down what the program sends from now on.
    private static func record(_ session: TmuxSession, into path: String) async throws {
      let words = ["-S", session.home.path + "/socket", "pipe-pane", "-o", "cat >'\(path)'"]
      let result = try await Subprocess.run(
        .name("tmux"),
        arguments: Arguments(words),
        output: .discarded
      )
      try #require(result.terminationStatus == .exited(0))
    }

    /// What was recorded, once it contains what is waited for.
    private static func bytes(
      of path: String,
      until condition: (String) -> Bool
    ) async throws -> Data {
      var data = Data()
      let isThere = try await TmuxSession.poll(within: .seconds(30)) {
        data = FileManager.default.contents(atPath: path) ?? Data()
        return condition(String(decoding: data, as: UTF8.self))
      }
      try #require(isThere, "the record does not contain it")
      return data
    }
  }
}
