import Foundation
import Testing

/// Standard output that takes nothing: what was done is done, and what was only to be shown was not.
@Suite("Output that cannot be written")
struct OutputFailureTests {
  private static let fullDevice = "exec >/dev/full"
  /// Runs it with a pipe as its standard output from which nobody reads.
  private static let closedPipe = """
    exec python3 -c '
    import os, subprocess, sys
    end, output = os.pipe()
    os.close(end)
    sys.exit(subprocess.run(sys.argv[1:], stdout=output).returncode)' "$@"
    """
  private static let enqueue = ["enqueue", "--project", "p", "--content", "x"]

  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try directory.writeGoodFiles()
  }

  private func countOfItems() throws -> Int {
    try directory.text(of: WatchedDirectory.queue).components(separatedBy: "\"id\"").count - 1
  }

  @Test(arguments: [enqueue, enqueue + ["--json"]])
  func aMemoryOnDiskIsNoFailure(command: [String]) async throws {
    let before = try countOfItems()
    let outcome = try await program.run(after: Self.fullDevice, command)
    #expect(outcome.status == 0)
    #expect(
      outcome.complaint
        == "mem0top: 1 memory is in the queue, but its id could not be written:"
        + " No space left on device.\n"
    )
    #expect(try countOfItems() == before + 1)
    let next = try await program.run(after: Self.closedPipe, command)
    #expect((next.status, next.complaint) == (0, ""))
    #expect(try countOfItems() == before + 2)
  }

  @Test(arguments: [["retry", "--all"], ["retry", "--all", "--json"]])
  func aRetryThatWasMadeIsNoFailure(command: [String]) async throws {
    let outcome = try await program.run(after: Self.fullDevice, command)
    #expect(outcome.status == 0)
    #expect(
      outcome.complaint.hasSuffix(", but that could not be written: No space left on device.\n")
    )
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
    #expect(try directory.deadLetter(WatchedDirectory.goodID)?["last_attempt"] as? Int == 0)
    #expect(!directory.exists(WatchedDirectory.lock))
  }

  @Test(arguments: [
    ["status"], ["status", "--json"], ["status", "--oneline"], ["dlq"], ["dlq", "list", "--json"],
    ["dlq", "export"], ["config"], ["metrics"], ["unlock", "--dry-run"],
  ])
  func whatCannotBeShownIsAFailure(command: [String]) async throws {
    let full = try await program.run(after: Self.fullDevice, command)
    #expect(full.status == 1)
    #expect(
      full.complaint == "mem0top: The output could not be written: No space left on device; look"
        + " where standard output leads.\n"
    )
    let closed = try await program.run(after: "exec >&-", command)
    #expect(closed.status == 1)
    #expect(closed.complaint.contains("could not be written: Bad file descriptor"))
    let unread = try await program.run(after: Self.closedPipe, command)
    #expect((unread.status, unread.complaint) == (0, ""))
  }

  @Test func aCheckThatCannotBeToldIsUnknown() async throws {
    let full = try await program.run(
      after: Self.fullDevice,
      ["check", "--crit-dlq", "0", "--warn-dlq", "0"]
    )
    #expect(full.status == 3)
    let unread = try await program.run(
      after: Self.closedPipe,
      ["check", "--crit-dlq", "0", "--warn-dlq", "0"]
    )
    #expect((unread.status, unread.complaint) == (2, ""))
  }
}
