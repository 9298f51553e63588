import Foundation
import TestSupport
import Testing

@testable import Terminal

/// That a program which is lent the terminal gets the text whole, and is noticed when it ends.
@Suite struct GuestProgramTests {
  private func output(_ command: String, reading text: String) throws -> (Int32?, String) {
    let directory = try TemporaryDirectory()
    let path = directory.path("output")
    guard let guest = GuestProgram.start("{ \(command); } >'\(path)'", reading: text) else {
      Issue.record("no program was started")
      return (nil, "")
    }
    let status = guest.status(within: .seconds(10))
    return (status, try String(contentsOfFile: path, encoding: .utf8))
  }

  @Test(arguments: ["", "one line\n", String(repeating: "0123456789\n", count: 100_000)])
  func itReadsTheTextToItsEnd(text: String) throws {
    let (status, read) = try output("cat", reading: text)
    #expect(status == 0)
    #expect(read == text)
  }

  @Test func itsStatusIsTold() throws {
    #expect(try output("exit 3", reading: "").0 == 3)
    #expect(try output("kill -TERM $$; sleep 60", reading: "").0 == 128 + SIGTERM)
  }

  @Test func oneThatGoesOnIsNotWaitedFor() throws {
    guard let guest = GuestProgram.start("exec sleep 60", reading: "") else {
      Issue.record("no program was started")
      return
    }
    let isOver = guest.status(within: .milliseconds(20)) != nil
    #expect(!isOver)
    guest.send(SIGKILL)
    let status = guest.status(within: .seconds(10))
    #expect(status == 128 + SIGKILL)
  }

  @Test func signalsAreForItWhatTheyAreForOthers() throws {
    // Ours are ignored or blocked here and there; a pager that cannot be interrupted would be a trap.
    let masks = "grep -E '^Sig(Blk|Ign)' /proc/self/status || echo 0"
    let (_, text) = try output(masks, reading: "")
    let sets = text.split(separator: "\n").compactMap { line in
      line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
    }
    // Beyond the 31 signals with names lie those of the C library itself.
    #expect(sets.allSatisfy { $0 & 0x7FFF_FFFF == 0 }, "\(text)")
  }
}
