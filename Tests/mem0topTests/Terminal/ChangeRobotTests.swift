import Foundation
import TestSupport
import Testing

extension Robots {
  /// Drop and undo, and the two lines in which a person types: the filter and the palette.
  @Suite struct ChangeRobotTests {
    @Test func aDropAsksForTheIDKeepsACopyAndIsTakenBack() async throws {
      let stage = try await DeadLetterStage()
      try stage.session.send("x")
      try await stage.session.wait(for: "Drop this dead letter?")
      try stage.session.send("y")
      try await stage.session.wait(for: "cccc3333: y")
      try stage.session.send("Enter")
      try await stage.session.wait(for: "not cccc3333")
      #expect(try stage.letters() == DeadLetterStage.text)
      try stage.session.send("BSpace", "cccc3333")
      try await stage.session.wait(for: "cccc3333: cccc3333")
      try stage.session.send("Enter")
      try await stage.session.wait(for: "The dead letter cccc3333 was dropped")
      let kept = try stage.letters()
      #expect(!kept.contains("cccc3333"))
      for item in DeadLetterStage.items.dropLast() { #expect(kept.contains(item)) }
      #expect(stage.isKept(DeadLetterStage.items[2]))
      try await stage.session.wait(until: "its row is gone") { screen in
        !screen.split(separator: "\n").contains { $0.contains("cccc3333") && $0.contains(" q ") }
      }
      try stage.session.send("u")
      try await stage.session.wait(for: "Took back the drop")
      let text = try stage.letters()
      for item in DeadLetterStage.items { #expect(text.contains(item), "\(text)") }
      #expect(text.hasSuffix("], \"other\": 1.0}\n"))
    }

    @Test func aRetryIsTakenBackByteForByte() async throws {
      let stage = try await DeadLetterStage()
      try stage.session.send("R")
      try await stage.session.wait(for: "Make 3 dead letters due now?")
      try stage.session.send("y")
      try await stage.session.wait(for: "3 dead letters are due now.")
      #expect(try stage.letters() != DeadLetterStage.text)
      try stage.session.send("u")
      try await stage.session.wait(for: "Took back the retry")
      #expect(try stage.letters() == DeadLetterStage.text)
      try stage.session.send("u")
      try await stage.session.wait(for: "There is no retry or drop to take back.")
    }

    @Test func anUndoOnTheCommandLineIsToldAsOne() async throws {
      let stage = try await DeadLetterStage()
      try stage.session.send("r")
      try await stage.session.wait(for: "The dead letter cccc3333 is due now.")
      let home = stage.session.home.path
      let undo = try await Program().run(
        "undo",
        environment: ["HOME": home, "XDG_STATE_HOME": home + "/state"]
      )
      #expect(undo.status == 0, "\(undo.complaint)")
      let screen = try await stage.session.wait(for: "mem0top undo took back the retry of cccc3333")
      #expect(!screen.contains("overwrote"))
      #expect(try stage.letters() == DeadLetterStage.text)
    }

    @Test func theFilterWorksWhileItIsTypedAndStays() async throws {
      let stage = try await DeadLetterStage()
      try stage.session.send("/", "project:p")
      try await stage.session.wait(until: "two rows while typing") {
        $0.contains("aaaa1111") && $0.contains("bbbb2222") && !$0.contains("cccc3333")
      }
      try stage.session.send(" tries>2")
      try stage.session.send("Enter")
      try await stage.session.wait(until: "one row") {
        $0.contains("aaaa1111") && !$0.contains("bbbb2222")
      }
      try stage.session.send("R")
      try await stage.session.wait(for: "Make 1 dead letter due now?")
      try stage.session.send("y")
      try await stage.session.wait(for: "The dead letter aaaa1111 is due now.")
      try stage.session.send("Escape")
      try await stage.session.wait(for: "cccc3333")
      let expected = DeadLetterStage.text.replacingOccurrences(of: "4000000001", with: "0")
      #expect(try stage.letters() == expected)
    }

    @Test func thePaletteRunsWhatItsNameBegins() async throws {
      let stage = try await DeadLetterStage()
      try stage.session.send(":", "retry")
      try await stage.session.wait(for: "retry all")
      try stage.session.send("Enter")
      try await stage.session.wait(for: "The dead letter cccc3333 is due now.")
      try stage.session.send(":", "retry a", "Tab")
      try await stage.session.wait(for: ": retry all")
      try stage.session.send("Enter")
      try await stage.session.wait(for: "Make 3 dead letters due now?")
      try stage.session.send("n")
      try stage.session.send(":", "history", "Enter")
      try await stage.session.wait(for: "keys, commands and worker")
      let expected = DeadLetterStage.text.replacingOccurrences(of: "4000000003", with: "0")
      #expect(try stage.letters() == expected)
    }
  }
}
