import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A simulated day of a worker that cron starts every ten minutes, looked at each second.
///
/// The log is a real file, read as the program reads it, in three zones, two of which change to or from
/// summer time in the middle. `MEM0TOP_CRON_DAY=1 swift test --filter CronDayTests` looks at whole days
/// of all cases, otherwise at two hours of some.
@Suite(.serialized, .tags(.alone, .slow)) struct CronDayTests {
  private static let isLong = ProcessInfo.processInfo.environment["MEM0TOP_CRON_DAY"] != nil
  private static let length = isLong ? 86_400 : 7200
  private static let calm: Set<LockState> = [.free, .idle, .held, .settling]

  /// A day, and what was known of the lock before it began.
  struct Case: CustomTestStringConvertible, Sendable {
    let worker: CronDay.Worker
    let zone: CronDayLog.Zone
    let stamps: CronDayLog.Stamps
    let step: Duration

    var testDescription: String { "\(worker) in \(zone.name), stamps \(stamps), step \(step)" }

    private static let all = CronDay.Worker.allCases.flatMap { worker in
      CronDayLog.Zone.all.flatMap { zone in
        CronDayLog.Stamps.allCases.flatMap { stamps in
          [Duration.zero, .seconds(3600), .seconds(-3600)].map {
            Case(worker: worker, zone: zone, stamps: stamps, step: $0)
          }
        }
      }
    }
    /// In the short form every seventh, so that each worker meets each zone, each kind of stamp and a step.
    static let chosen = all.enumerated().filter { isLong || $0.offset % 7 == 0 }.map { $0.element }

    /// The day: summer time changes after 50 minutes, or at noon of a whole one, and the clock is set later.
    func day(offset: Int) throws -> CronDay {
      let lead = isLong ? 43_200 : 3000
      var day = CronDay(
        worker: worker,
        offset: offset,
        log: try CronDayLog(stamps: stamps),
        start: Timestamp(zone.change - Double(lead))
      )
      day.step = (at: lead + 2819, by: step)
      return day
    }
  }

  /// Judges each second of a range with what was learned before, as the observer does.
  private static func watch(
    _ day: inout CronDay,
    _ seconds: StrideTo<Int>,
    keepsState: Bool = true,
    each: (Int, LockStatus, Timestamp) -> Void
  ) {
    var memory: LockMemory?
    var clock: ClockMemory?
    for second in seconds {
      day.advance(to: second)
      var evidence = day.evidence(isFirstLook: !keepsState)
      let isSteady = !day.isStepped
      let known = ClockMemory.learning(clock, host: evidence.host, now: day.now) { isSteady }
      clock = keepsState ? known : nil
      evidence.host.isClockSteadySince = known.steadySince
      evidence.memory = keepsState ? memory : nil
      memory = LockMemory.learning(from: evidence, now: day.now)
      evidence.memory = memory
      let settings = LockSamples.settings
      each(second, LockVerdict.judge(evidence, settings: settings, now: day.now), day.now)
    }
  }

  private static func alarms(
    _ row: Case,
    _ seconds: StrideTo<Int>,
    keepsState: Bool
  ) throws -> [String] {
    var alarms: [String] = []
    try row.zone.during {
      var day = try row.day(offset: 417)
      watch(&day, seconds, keepsState: keepsState) { second, status, now in
        if calm.contains(status.state) { return }
        // Bad inputs 60 and 78: after the clock was set back only who looked before knows better.
        let isAhead = status.modifiedAt.map { $0 > now } ?? false
        if !keepsState, isAhead, [.futureModification, .deadPID].contains(status.reason) { return }
        alarms.append("\(second): \(status.reason.map { "\($0)" } ?? "\(status.state)")")
      }
    }
    return alarms
  }

  @Test(arguments: Case.chosen)
  func noSecondOfFalseAlarm(row: Case) throws {
    let alarms = try Self.alarms(row, stride(from: 0, to: Self.length, by: 1), keepsState: true)
    #expect(alarms.isEmpty, "\(alarms.count): \(alarms.prefix(3))")
  }

  /// Each look is the first one, as that of a command from an empty state directory is.
  @Test(arguments: Case.chosen)
  func noFirstLookRaisesAnAlarm(row: Case) throws {
    let seconds = stride(from: 0, to: Self.length, by: Self.isLong ? 31 : 61)
    let alarms = try Self.alarms(row, seconds, keepsState: false)
    #expect(alarms.isEmpty, "\(alarms.count): \(alarms.prefix(3))")
  }

  /// A worker is killed in its run, and the next ones are refused.
  @Test(arguments: CronDay.Worker.allCases, CronDayLog.Zone.all)
  func aLockThatBlocksIsNamedSoonAfterTheFirstRefusal(
    worker: CronDay.Worker,
    zone: CronDayLog.Zone
  ) throws {
    for seed in 0..<(Self.isLong ? 24 : 3) {
      for keepsState in Self.isLong ? [true, false] : [seed != 1] {
        try zone.during { try Self.expectNaming(worker, zone, seed: seed, keepsState: keepsState) }
      }
    }
  }

  private static func expectNaming(
    _ worker: CronDay.Worker,
    _ zone: CronDayLog.Zone,
    seed: Int,
    keepsState: Bool
  ) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let offset = Int.random(in: 0..<600, using: &random)
    let begin = offset + Int.random(in: 4..<9, using: &random) * 600
    var day = CronDay(
      worker: worker,
      offset: offset,
      log: try CronDayLog(stamps: CronDayLog.Stamps.allCases[seed % 3]),
      start: Timestamp(zone.change - 3000)
    )
    day.death = begin + Int.random(in: 1..<5, using: &random)
    var named: Int?
    // A first look reads the whole log, so only the time after the death is looked at so.
    let seconds = stride(from: keepsState ? 0 : day.death, to: begin + 1500, by: keepsState ? 1 : 3)
    watch(&day, seconds, keepsState: keepsState) { second, status, _ in
      // Who looks for the first time cannot know that the next run takes a number that was left.
      if !keepsState, !worker.blocks, second < begin + 600 { return }
      if status.state == .stale || status.state == .unknown, named == nil { named = second }
    }
    let place = "\(worker) in \(zone.name), seed \(seed), kept \(keepsState)"
    if worker.blocks {
      let limit = day.firstRefusal.map { $0 + 10 } ?? 0
      #expect(named.map { $0 >= day.death && $0 <= limit } == true, "\(place): \(named ?? 0)")
    } else {
      #expect(named == nil, "\(place): the kernel has released it")
    }
  }
}
