import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Clears against workers that take, hold, release and abandon locks: no live one is ever removed.
///
/// `MEM0TOP_RACE_CLEARS=20000 swift test --filter ClearRaceTests` runs the long form, and
/// `MEM0TOP_RACE_SEED` repeats a sequence of choices, though not of the scheduler's. Workers that
/// break locks themselves are out of scope: against them there is no more than the settling.
@Suite(.serialized, .tags(.alone)) struct ClearRaceTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let clears = environment["MEM0TOP_RACE_CLEARS"].flatMap(Int.init) ?? 80
  /// Workers that go on without the process whose number is in the lock, and other ways to lock.
  private static let styles = [
    "forked", "wrapped", "unnamed", "heartbeat", "flockpid", "flockcmd", "lockf",
  ]
  /// `MEM0TOP_RACE_STYLES=lockf,unnamed` races with these alone.
  private static let chosen = environment["MEM0TOP_RACE_STYLES"]?
    .split(separator: ",").map(String.init)
  private static let seed =
    environment["MEM0TOP_RACE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)

  @Test func noLiveLockIsRemoved() throws {
    let styles = Self.chosen ?? ["pid", "empty", "pid", "flock"] + Self.styles
    let field = try RaceField(seed: Self.seed, styles: styles, count: 64)
    let limit = Duration.seconds(90 + Self.clears / 2)
    let result = try field.race(clears: Self.clears, within: limit) { settings in
      let action = ClearLock(
        settle: .milliseconds(2),
        emptyRecheck: .milliseconds(3),
        linger: .milliseconds(5)
      )
      // A refusal is what a held lock gets.
      return (try? action.perform(settings: settings))?.changed == 1
    }
    print(result)
    #expect(result.harmed == 0, "\(result)")
    #expect(result.clears >= Self.clears, "\(result)")
    for end in ["released", "left", "killed"] {
      #expect(result.words[end, default: 0] > Self.clears / 10, "\(result)")
    }
  }

  /// The harness can fail: to judge by the same evidence and then just unlink is not enough.
  @Test func theNaiveWayIsCaught() throws {
    let naive: @Sendable (EngineSettings) -> Bool = { settings in
      var examination = LockExamination(settings: settings)
      return examination.look().isClearable && unlink(settings.path(of: \.lock)) == 0
    }
    try expectHarm(by: naive, to: "pid")
  }

  /// For each style: a lock is anybody's as soon as the number in it is dead, or it holds none.
  @Test(arguments: styles)
  func theNaiveWayIsCaughtInEachStyle(style: String) throws {
    let naive: @Sendable (EngineSettings) -> Bool = { settings in
      let path = settings.path(of: \.lock)
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return false }
      if let pid = Int32(text), kill(pid, 0) == 0 { return false }
      return unlink(path) == 0
    }
    try expectHarm(by: naive, to: style)
  }

  private func expectHarm(by naive: @escaping @Sendable (EngineSettings) -> Bool, to style: String)
    throws
  {
    var results: [RaceField.Result] = []
    for round in 0..<40 where results.allSatisfy({ $0.harmed == 0 }) {
      let field = try RaceField(seed: Self.seed &+ UInt64(round), styles: [style], count: 4)
      results.append(try field.race(clears: 60, within: .seconds(3), threads: 2, clear: naive))
    }
    print("naive \(style) \(results)")
    #expect(results.contains { $0.harmed > 0 }, "\(results)")
  }
}
