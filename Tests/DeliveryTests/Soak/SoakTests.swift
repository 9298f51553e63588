import Foundation
import TestSupport
import Testing

/// Our worker beside a Python worker and producers, each killed and stopped at any moment.
///
/// `MEM0TOP_SOAK_SECONDS=600` is the time for all styles together; `MEM0TOP_SOAK_SEED` repeats the
/// choices, though not the scheduler's.
@Suite(.serialized, .tags(.alone)) struct SoakTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seconds = environment["MEM0TOP_SOAK_SECONDS"].flatMap(Double.init) ?? 7
  private static let seed =
    environment["MEM0TOP_SOAK_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0..<1_000_000)
  private static let round = Duration.milliseconds(900)

  /// `MEM0TOP_SOAK_STYLES=outthere` has these styles alone.
  private static let styles =
    environment["MEM0TOP_SOAK_STYLES"]?.split(separator: ",").map(String.init)
    ?? ["flock", "pid", "empty", "lockf", "heartbeat", "outthere"]
    + (BindMount.isPossible ? ["mounts"] : [])

  @Test(arguments: styles)
  func withALockNothingIsLostOrDoubled(style: String) async throws {
    try await SyncScene.play(latency: .zero ... .milliseconds(3)) { scene in
      let field = try SoakField(style: style, seed: Self.seed, scene: scene)
      let end = ContinuousClock.now + .seconds(Self.seconds / Double(Self.styles.count))
      // On a busy machine little happens in that time, and nothing would be shown by it.
      let timeout = end + .seconds(60)
      while ContinuousClock.now < (field.hasSeenEnough ? end : timeout) {
        try await field.playRound(for: Self.round)
      }
      try await field.finish()
      let figures = field.figures
      print("soak \(style): seed \(Self.seed), \(figures)")
      #expect(figures.lost.isEmpty, "\(figures.lost)")
      // Who writes the dead letters without the lock brings back what we have taken out.
      #expect(style == "outthere" || figures.duplicated.isEmpty, "\(figures.duplicated)")
      #expect(figures.crashes.isEmpty, "\(figures.crashes)")
      #expect(figures.removed == 0 && figures.robbed == 0)
      #expect(field.hasSeenEnough)
    }
  }

  /// The harness itself: a worker that takes no lock loses memories, and that is seen.
  @Test func withoutALockTheLossIsSeen() async throws {
    try await SyncScene.play(latency: .zero ... .milliseconds(3)) { scene in
      let field = try SoakField(style: "none", seed: Self.seed, scene: scene)
      for _ in 0..<20 where field.figures.lost.isEmpty {
        try await field.playRound(for: Self.round)
      }
      print("soak none: seed \(Self.seed), \(field.figures)")
      #expect(!field.figures.lost.isEmpty)
    }
  }
}
