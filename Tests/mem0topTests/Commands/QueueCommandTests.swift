import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// `queue`: what waits, listed, shown and dropped.
struct QueueCommandTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    let now = Date().timeIntervalSince1970
    try directory.write(
      """
      {"queue":[
      {"id":"bbbbbbbb-2","project_id":"web","content":"young","timestamp":\(now - 60)},
      {"id":"aaaaaaaa-1","project_id":"p","content":"old\\u001b[2J","timestamp":\(now - 7300),
       "retries":3,"last_error":"HTTP 502"}
      ]}
      """,
      to: WatchedDirectory.queue
    )
  }

  @Test func theOldestStandsFirst() async throws {
    let outcome = try await program.run("queue", "list")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("ID"))
    #expect(lines[1].hasPrefix("aaaaaaaa  p") && lines[1].contains("2h 01m  HTTP 502"))
    let list = try await program.run("queue", "--json").json()
    let items = try #require(list["items"] as? [[String: Any]])
    #expect(items.map { $0["retries"] as? Int } == [3, 0])
    #expect(items[1]["last_error"] is NSNull)
  }

  @Test func oneIsShownWhole() async throws {
    let outcome = try await program.run("queue", "show", "aaaa")
    #expect(outcome.status == 0 && outcome.output.contains("HTTP 502"))
    #expect(!outcome.output.contains("\u{1B}"))
    let none = try await program.run("queue", "show", "zzz")
    #expect(none.status == 1)
    #expect(
      none.complaint
        == "mem0top: No memory of the queue has an id that begins with \"zzz\"; see mem0top queue list.\n"
    )
  }

  @Test func aDropAsksAndIsUndone() async throws {
    #expect(try await program.run("queue", "drop", "aaaa").status == 1)
    let dropped = try await program.run("queue", "drop", "aaaa", "--yes")
    #expect(dropped.output.hasPrefix("The memory aaaaaaaa was dropped"))
    #expect(try await program.run("queue", "list").output.contains("bbbbbbbb"))
    #expect(try await !program.run("queue", "list").output.contains("aaaaaaaa"))
    #expect(try await program.run("undo").output.contains("1 memory is back"))
    #expect(try await program.run("queue", "list").output.contains("aaaaaaaa"))
  }

  @Test func anEmptyOneSaysSo() async throws {
    try directory.write(#"{"queue":[]}"#, to: WatchedDirectory.queue)
    #expect(try await program.run("queue").output == "Nothing waits in the queue.\n")
  }
}
