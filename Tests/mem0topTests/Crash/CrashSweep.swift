import Foundation
import Testing

/// A subject is ended and failed at its points, and its recovery at the points of that.
///
/// The short form takes some of the points; with `MEM0TOP_STRESS=1` all of them are taken, each
/// error at each of them, and each point of the recovery for each distinct state that a crash
/// leaves, by as many lanes at a time as there are cores. `MEM0TOP_CRASH_STRIDE=5` takes each fifth
/// point of the recovery, other ones for each state.
enum CrashSweep {
  static var isLong: Bool { ProcessInfo.processInfo.environment["MEM0TOP_STRESS"] == "1" }

  /// How far the points are apart at which a recovery is ended in the long form.
  static let stride =
    ProcessInfo.processInfo.environment["MEM0TOP_CRASH_STRIDE"].flatMap(Int.init).map { max($0, 1) }
    ?? 1

  /// Takes one subject through everything, and prints the figures.
  static func run(_ subject: some CrashSubject) async throws {
    let account = CrashAccount()
    let lanes = isLong ? ProcessInfo.processInfo.activeProcessorCount : 1
    let start = ContinuousClock.now
    try await withThrowingTaskGroup { group in
      for number in 0..<lanes {
        group.addTask {
          guard let stage = try await CrashStage() else { return }
          do {
            var lane = CrashLane(subject, stage, account)
            try await lane.run(isFirst: number == 0)
          } catch {
            await stage.close()
            throw error
          }
          await stage.close()
        }
      }
      try await group.waitForAll()
    }
    let seconds = Int((ContinuousClock.now - start) / .seconds(1))
    let (figures, states) = await (account.figures, account.states.count)
    #expect(figures.missed * 50 <= figures.recoveryPoints, "\(figures)")
    print("crash: \(subject): \(figures) states=\(states) seconds=\(seconds)")
  }
}
