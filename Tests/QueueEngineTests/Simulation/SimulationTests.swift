import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// The whole engine on machines that exist only as numbers, for hours of a virtual clock each.
///
/// `MEM0TOP_SIMULATIONS=10000` runs as many as anybody likes, and `MEM0TOP_SIMULATION_SEED` one again.
struct SimulationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["MEM0TOP_SIMULATIONS"].flatMap(Int.init) ?? 20
  private static let onlySeed = environment["MEM0TOP_SIMULATION_SEED"].flatMap(UInt64.init)
  private static let length = 7200
  /// How soon after it can be proven a stale lock must be named.
  private static let promise = 10

  /// What the simulations came to.
  private struct Account {
    var judged = 0
    var staleSeconds = 0
    var heldSeconds = 0
    var downSeconds = 0
    var slowest = 0
    var mistakes: [String] = []
  }

  @Test func theServerIsNeverSlanderedAndNoStaleLockOverlooked() {
    var account = Account()
    let seeds = Self.onlySeed.map { $0...$0 } ?? 1...UInt64(Self.count)
    for seed in seeds where account.mistakes.count < 5 {
      Self.run(seed, SimulatedObserver(), into: &account)
    }
    print(
      "simulation: seeds \(seeds), \(account.judged) verdicts, held \(account.heldSeconds),"
        + " stale \(account.staleSeconds), down \(account.downSeconds),"
        + " slowest naming \(account.slowest) s"
    )
    #expect(account.mistakes == [])
    guard Self.onlySeed == nil else { return }
    #expect(account.staleSeconds > 0 && account.heldSeconds > 0 && account.downSeconds > 0)
  }

  private static func run(
    _ seed: UInt64,
    _ observer: some SimulationObserver,
    into account: inout Account
  ) {
    var machine = SimulatedMachine(seed: seed)
    var observer = observer
    var named = false
    for _ in 0..<length where account.mistakes.count < 5 {
      machine.tick()
      let (status, findings) = observer.look(at: machine)
      account.judged += 1
      func mistake(_ text: String) {
        account.mistakes.append("seed \(seed), second \(machine.second): \(text)")
      }
      if machine.isHeld {
        account.heldSeconds += 1
        if status.isClearable { mistake("a held lock is called \(status.state)") }
      }
      if machine.style == .flock, status.state == .stale { mistake("a flock file is called stale") }
      let saysDown = findings.contains {
        $0.code == .serverDown || $0.summary.hasPrefix("The VPS is down")
      }
      if saysDown {
        account.downSeconds += 1
        if machine.server.answersLately { mistake("a server that answers is called down") }
      }
      guard let proven = machine.provenSince else {
        named = false
        continue
      }
      account.staleSeconds += 1
      // Before it has shut somebody out it may be cleared, and is no finding.
      let isNamed =
        status.state == .stale
        && (!status.refusedSomebody || findings.contains { $0.code.isAboutStaleLock })
      if isNamed, !named { account.slowest = max(account.slowest, machine.second - proven) }
      named = isNamed
      if !isNamed, machine.second > proven + promise {
        mistake("stale since \(proven) and called \(status.state) (\(machine.style))")
      }
    }
  }

  /// The harness can fail: the same checks catch whoever judges by one sign alone.
  @Test(.tags(.slow), arguments: NaiveObserver.Way.allCases)
  func theNaiveWayIsCaught(way: NaiveObserver.Way) {
    let caught = (1...UInt64(40)).first { seed in
      var account = Account()
      Self.run(seed, NaiveObserver(way), into: &account)
      return account.mistakes.contains { $0.contains(way.mistake) }
    }
    print("naive simulation, by \(way): caught with seed \(caught.map(String.init) ?? "none")")
    #expect(caught != nil)
  }
}

extension FindingCode {
  fileprivate var isAboutStaleLock: Bool { self == .staleLock || self == .falseAlarmStaleLock }
}
