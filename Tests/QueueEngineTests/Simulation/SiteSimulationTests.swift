import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Whole directories that exist only as numbers, for hours of a virtual clock, seen from three time
/// zones of which one sets its clocks meanwhile: no healthy one raises an alarm, each sick one is named
/// in time, the server is never slandered, and all zones say the same.
///
/// `MEM0TOP_SIMULATIONS=10000` runs as many as anybody likes, and `MEM0TOP_SIMULATION_SEED` one again.
struct SiteSimulationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["MEM0TOP_SIMULATIONS"].flatMap(Int.init) ?? 12
  private static let onlySeed = environment["MEM0TOP_SIMULATION_SEED"].flatMap(UInt64.init)
  private static let length = 11_000
  /// Between two looks of an observer that stays, and between two first looks from all zones.
  private static let (look, firstLook) = (5, 300)

  /// What the simulations came to.
  private struct Account {
    var worlds: [SimulatedSite.Illness: Int] = [:]
    var looks = 0
    var slowest: [SimulatedSite.Illness: Int] = [:]
    var mistakes: [String] = []
  }

  /// A world from its seed: each worker in each illness, its log in each zone and without stamps.
  private struct World {
    let seed: UInt64
    let zones: [SimulatedZone]
    let viewer: SimulatedZone
    var site: SimulatedSite

    init(seed: UInt64) {
      self.seed = seed
      var random = SeededGenerator(seed: seed &+ 77)
      let change = LockSamples.now + .seconds(Int.random(in: 3000..<9000, using: &random))
      let step = Bool.random(using: &random) ? 3600 : -3600
      zones = [.utc, .tokyo, .losAngeles(changing: change, by: step)]
      let (workers, illnesses) = (SimulatedSite.Worker.allCases, SimulatedSite.Illness.allCases)
      let number = Int(seed)
      viewer = zones[number % 3]
      site = SimulatedSite(
        seed: seed,
        worker: workers[number % workers.count],
        // Each pair comes once in as many seeds as there are pairs, and neighbours differ in both.
        illness: illnesses[(number + number / workers.count) % illnesses.count],
        writer: (zones.map { Optional($0) } + [nil]).randomElement(using: &random) ?? nil
      )
    }

    /// Whether stamps without a zone of this log mean two moments: an hour came twice lately
    /// (docs/safety.md#not-promised).
    var isHourRepeated: Bool {
      guard let change = site.log.writer?.change, change.by < 0 else { return false }
      return (change.at..<change.at + .seconds(3 * 3600)).contains(site.now)
    }

    var label: String {
      "seed \(seed) (\(site.worker), \(site.illness), log in \(site.log.writer?.name ?? "no zone"))"
    }
  }

  @Test func noHealthyWorldIsAlarmedAndEachSickOneNamedInTime() {
    let (figures, mistakes) = Self.simulate(Self.onlySeed.map { $0...$0 } ?? 1...UInt64(Self.count))
    print(figures)
    #expect(mistakes == [])
  }

  /// Runs the worlds of some seeds; what they came to, and what was wrong.
  static func simulate(_ seeds: ClosedRange<UInt64>) -> (figures: String, mistakes: [String]) {
    var account = Account()
    for seed in seeds where account.mistakes.count < 8 { run(seed, .sound, into: &account) }
    let slowest = account.slowest.map { "\($0.key) \($0.value) s" }.sorted()
    let figures =
      "site simulation: seeds \(seeds), \(account.looks) looks; slowest naming:"
      + " \(slowest.joined(separator: ", "))"
    return (figures, account.mistakes)
  }

  private static func run(_ seed: UInt64, _ way: SiteObserver.Way, into account: inout Account) {
    var world = World(seed: seed)
    var observer = SiteObserver(in: world.viewer, way: way)
    var strangers = world.zones.map { SiteObserver(in: $0, way: way, keepsState: false) }
    var (wanted, named): (Int?, Bool) = (nil, false)
    account.worlds[world.site.illness, default: 0] += 1
    for _ in 0..<length where account.mistakes.count < 8 {
      world.site.tick()
      let second = world.site.second
      func mistake(_ text: String) {
        account.mistakes.append("\(world.label), second \(second): \(text)")
      }
      if second.isMultiple(of: firstLook) {
        let views = strangers.indices.map { strangers[$0].look(at: world.site) }
        account.looks += views.count
        let codes = views.map { $0.findings.map(\.code.rawValue) }
        if Set(codes).count > 1, !world.isHourRepeated { mistake("zones differ: \(codes)") }
        for view in views { judge(world.site, view, isFirst: true, mistake) }
      }
      guard second.isMultiple(of: look) else { continue }
      let view = observer.look(at: world.site)
      account.looks += 1
      judge(world.site, view, isFirst: false, mistake)
      guard !named, let due = world.site.due() else { continue }
      wanted = wanted ?? due.since
      if view.findings.contains(where: { due.codes.contains($0.code) }) {
        named = true
        let delay = second - (wanted ?? second)
        account.slowest[world.site.illness] = max(
          account.slowest[world.site.illness] ?? 0,
          delay
        )
      } else if let wanted, second > wanted + due.limit {
        mistake("not named since \(wanted): \(view.findings.map(\.summary))")
        named = true
      }
    }
  }

  /// What must hold of each look.
  private static func judge(
    _ site: SimulatedSite,
    _ view: (lock: LockStatus, findings: [Finding]),
    isFirst: Bool,
    _ mistake: (String) -> Void
  ) {
    // The protection of a worker that is known by its name alone ends where somebody was refused and it
    // gets nothing done; then it is named, and clearing asks.
    let isNamed = site.illness == .stopped && !view.lock.bystanders.isEmpty
    if site.isHeld, view.lock.isClearable, !isNamed { mistake("a held lock is called stale") }
    // Of a file that no run speaks for a first look cannot know that its style is flock.
    let isKnown = !isFirst || !site.isSick
    if site.worker.locksInKernel, isKnown, view.lock.state == .stale {
      mistake("a flock file is stale")
    }
    let codes = view.findings.map(\.code)
    if codes.contains(.serverDown), site.answersLately { mistake("the server is slandered") }
    guard !site.isSick else { return }
    var allowed: Set<FindingCode> = [.allClear]
    if site.illness == .contention {
      allowed.insert(.lockContended)
      // An empty lock proves no holder, and a run that writes queue and log only at its end shows nothing.
      if site.worker == .emptyFile { allowed.insert(.lockUnknown) }
      if site.log.isBuffered { allowed.insert(.noProgress) }
    }
    let alarms = view.findings.filter { !allowed.contains($0.code) }
    if !alarms.isEmpty { mistake("healthy, and: \(alarms.map(\.summary))") }
  }

  /// The harness can fail: the same checks catch whoever judges by one sign alone.
  @Test(.tags(.slow), arguments: [SiteObserver.Way.localStamps, .logIsProgress, .oldIsStale])
  func theNaiveWayIsCaught(way: SiteObserver.Way) {
    let caught = (1...UInt64(96)).first { seed in
      var account = Account()
      Self.run(seed, way, into: &account)
      return !account.mistakes.isEmpty
    }
    print("naive site, \(way): caught with seed \(caught.map(String.init) ?? "none")")
    #expect(caught != nil)
  }
}

extension SimulatedSite {
  /// What must be named now, since when it can be proven, and how soon after that.
  func due() -> (codes: Set<FindingCode>, since: Int, limit: Int)? {
    guard isSick else { return nil }
    let interval = Self.cronInterval
    let oldest = queue.map(\.queued).min()
    switch illness {
    case .none, .contention: return nil
    case .killed where !worker.locksInKernel:
      guard let firstRefusal, let lock else { return nil }
      // One that names nobody is proven 300 s after it was written, once somebody was refused.
      let proven = worker == .pidfile ? firstRefusal : max(firstRefusal, lock.modified + 300)
      return ([.staleLock, .falseAlarmStaleLock], proven, 10)
    case .killed, .gone:
      guard worker == .daemon || illness == .gone, let diedAt, oldest != nil else { return nil }
      return ([.workerNotRunning], diedAt, 2 * interval + 60)
    case .crashLoop:
      guard let oldest else { return nil }
      return ([.noProgress], max(oldest, onset), 3 * interval + 60)
    case .stopped:
      guard let process, process.isStopped, !queue.isEmpty || firstRefusal != nil else {
        return nil
      }
      guard worker == .emptyFile else { return ([.lockHung], process.lastProgress + 300, 30) }
      guard let firstRefusal else { return nil }
      let proven = max(firstRefusal, process.lastProgress + 300)
      return ([.staleLock, .falseAlarmStaleLock], proven, 30)
    case .deadEndpoint:
      return queue.contains { $0.retries >= 2 } ? ([.failing, .noProgress], second, 10) : nil
    case .outage: return answersLately ? nil : ([.serverDown], second, 10)
    }
  }
}
