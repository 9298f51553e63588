import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A simulated day of a worker that cron starts every ten minutes, looked at each second.
///
/// `MEM0TOP_CRON_DAY=1 swift test --filter CronDayTests` looks at a whole day, otherwise at three hours.
@Suite(.tags(.slow)) struct CronDayTests {
  private static let length =
    ProcessInfo.processInfo.environment["MEM0TOP_CRON_DAY"] == nil ? 10_800 : 86_400

  /// A day, and what was known of the lock before it began.
  struct Case: CustomTestStringConvertible, Sendable {
    let worker: CronDay.Worker
    let isStamped: Bool
    let step: Duration

    var testDescription: String { "\(worker)\(isStamped ? ", stamped" : "") step \(step)" }

    static let all = CronDay.Worker.allCases.flatMap { worker in
      [true, false].flatMap { isStamped in
        [Duration.zero, .seconds(3600), .seconds(-3600)].map {
          Case(worker: worker, isStamped: isStamped, step: $0)
        }
      }
    }
  }

  /// Judges each second of a range with what was learned before, as the observer does.
  private static func watch(
    _ day: inout CronDay,
    _ seconds: StrideTo<Int>,
    keepsState: Bool = true,
    each: (Int, LockStatus) -> Void
  ) {
    var memory: LockMemory?
    var clock: ClockMemory?
    for second in seconds {
      day.advance(to: second)
      var evidence = day.evidence
      let known = ClockMemory.learning(clock, host: evidence.host, now: day.now) { true }
      clock = known
      evidence.host.isClockSteadySince = known.steadySince
      evidence.memory = keepsState ? memory : nil
      memory = LockMemory.learning(from: evidence, now: day.now)
      evidence.memory = memory
      each(second, LockVerdict.judge(evidence, settings: LockSamples.settings, now: day.now))
    }
  }

  @Test(arguments: Case.all)
  func noSecondOfFalseAlarm(row: Case) {
    var day = CronDay(worker: row.worker, offset: 417, isStamped: row.isStamped)
    day.step = (at: 5819, by: row.step)
    var alarms: [String] = []
    Self.watch(&day, stride(from: 0, to: Self.length, by: 1)) { second, status in
      if ![.free, .idle, .held, .settling].contains(status.state) {
        alarms.append("\(second): \(status.reason.map { "\($0)" } ?? "\(status.state)")")
      }
    }
    #expect(alarms.isEmpty, "\(alarms.count): \(alarms.prefix(3))")
  }

  /// Each look is the first one, as that of a command from an empty state directory is.
  @Test(arguments: Case.all.filter { $0.step == .zero })
  func noFirstLookRaisesAnAlarm(row: Case) {
    var day = CronDay(worker: row.worker, offset: 417, isStamped: row.isStamped)
    var alarms: [Int] = []
    Self.watch(&day, stride(from: 0, to: Self.length, by: 7), keepsState: false) { second, status in
      if ![.free, .idle, .held, .settling].contains(status.state) { alarms.append(second) }
    }
    #expect(alarms.isEmpty, "\(alarms.count): \(alarms.prefix(3))")
  }

  /// A worker is killed in its run, and the next ones are refused.
  @Test(arguments: CronDay.Worker.allCases)
  func aLockThatBlocksIsNamedSoonAfterTheFirstRefusal(worker: CronDay.Worker) {
    for seed in 0..<12 {
      var random = SeededGenerator(seed: UInt64(seed))
      let offset = Int.random(in: 0..<600, using: &random)
      let run = Int.random(in: 4..<9, using: &random)
      let begin = offset + run * 600
      var day = CronDay(worker: worker, offset: offset, isStamped: seed % 2 == 0)
      day.death = begin + Int.random(in: 1..<5, using: &random)
      var named: Int?
      Self.watch(&day, stride(from: 0, to: begin + 1500, by: 1)) { second, status in
        if status.state == .stale || status.state == .unknown, named == nil { named = second }
      }
      if worker.blocks {
        let limit = day.firstRefusal.map { $0 + 10 } ?? 0
        #expect(named.map { $0 >= day.death && $0 <= limit } == true, "seed \(seed): \(named ?? 0)")
      } else {
        #expect(named == nil, "seed \(seed): the kernel has released it")
      }
    }
  }
}
