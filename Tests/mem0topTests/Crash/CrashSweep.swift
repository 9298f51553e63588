import Foundation
import Testing

/// A subject is ended and failed at its points, and its recovery at the points of that.
///
/// The short form takes some of the points; with `MEM0TOP_STRESS=1` all of them are taken, each
/// error at each of them, and each point of the recovery for each distinct state that a crash leaves.
struct CrashSweep<Subject: CrashSubject> {
  /// What was done.
  struct Figures: CustomStringConvertible {
    var points = 0
    var kills = 0
    var faults = 0
    var states: Set<String> = []
    var recoveryPoints = 0
    var secondKills = 0
    /// Points that the program did not come to.
    var missed = 0

    var description: String {
      "points=\(points) kills=\(kills) faults=\(faults) states=\(states.count)"
        + " recovery-points=\(recoveryPoints) second-kills=\(secondKills) missed=\(missed)"
    }
  }

  static var isLong: Bool { ProcessInfo.processInfo.environment["MEM0TOP_STRESS"] == "1" }
  private static var errors: [Int32] { [ENOSPC, EIO, EDQUOT, EINTR] }
  /// The short form ends the recovery at so many points, of one state.
  private static var shortSecondKills: Int { 2 }

  let subject: Subject
  let stage: CrashStage
  private var figures = Figures()

  /// Takes one subject through everything, on a stage of its own, and prints the figures.
  static func run(_ subject: Subject) async throws {
    guard let stage = try await CrashStage() else { return }
    var sweep = CrashSweep(subject: subject, stage: stage)
    do {
      try await sweep.run()
    } catch {
      await stage.close()
      throw error
    }
    await stage.close()
    print("crash: \(subject): \(sweep.figures)")
  }

  private init(subject: Subject, stage: CrashStage) {
    self.subject = subject
    self.stage = stage
  }

  private mutating func run() async throws {
    try await stage.prepare(subject)
    let undisturbed = try await stage.run(subject.arguments)
    #expect(undisturbed.status == 0, "\(subject): \(undisturbed.complaint)")
    try subject.checkSuccess(on: stage, "\(subject) undisturbed")
    let calls = undisturbed.calls
    try #require(calls.count > 30, "the shim saw too little: \(calls)")
    figures.points = calls.count
    for point in 1...calls.count where isTaken(point, calls) { try await kill(at: point, calls) }
    try await fail(calls)
  }

  private func isTaken(_ point: Int, _ calls: [Substring]) -> Bool {
    Self.isLong || point % subject.stride == 1 || subject.essential.contains(calls[point - 1])
  }

  private mutating func kill(at point: Int, _ calls: [Substring]) async throws {
    let place = "\(subject) killed at \(point), \(calls[point - 1])"
    try await crash(at: point, place)
    figures.kills += 1
    let isNew = figures.states.insert(try stage.fingerprint()).inserted
    try subject.checkWholeness(on: stage, place)
    try await subject.checkRecovery(on: stage, isFirst: true, place)
    // In the short form one state from the middle stands for all.
    if Self.isLong ? isNew : point == 1 + (calls.count / 2 / subject.stride) * subject.stride {
      try await killRecovery(after: point, place)
    }
  }

  private mutating func crash(at point: Int, _ place: String) async throws {
    try await stage.reset(for: subject)
    let outcome = try await stage.run(subject.arguments, .kill, at: point)
    let isReached = outcome.status == -9 && outcome.calls.count == point
    if !isReached { figures.missed += 1 }
    #expect(isReached, "\(place) was not reached: \(outcome.status) \(outcome.complaint)")
  }

  private mutating func killRecovery(after point: Int, _ place: String) async throws {
    try await crash(at: point, place)
    try await subject.tidy(stage)
    let calls = try await stage.run(subject.recovery).calls
    figures.recoveryPoints += calls.count
    let stride = Self.isLong ? 1 : max(calls.count / Self.shortSecondKills, 1)
    for second in Swift.stride(from: stride / 2 + 1, through: calls.count, by: stride) {
      try await crash(at: point, place)
      try await subject.tidy(stage)
      let outcome = try await stage.run(subject.recovery, .kill, at: second)
      let second = "\(place), then at \(second), \(calls[second - 1])"
      if outcome.status != -9 { figures.missed += 1 }
      #expect(outcome.status == -9, "\(second): not reached; \(outcome.complaint)")
      try subject.checkWholeness(on: stage, second)
      try await subject.checkRecovery(on: stage, isFirst: false, second)
      figures.secondKills += 1
    }
  }

  private mutating func fail(_ calls: [Substring]) async throws {
    let faults = Self.errors.map(CrashShim.Fault.error) + [.shortWrite]
    for (index, fault) in faults.enumerated() {
      let first = Self.isLong ? 1 : 1 + index * 2
      let stride = Self.isLong ? 1 : subject.stride * 2 - 1
      for point in Swift.stride(from: first, through: calls.count, by: stride) {
        if fault == .shortWrite, !calls[point - 1].contains("write") { continue }
        try await stage.reset(for: subject)
        let outcome = try await stage.run(subject.arguments, fault, at: point)
        let place = "\(subject) with \(fault) at \(point), \(calls[point - 1])"
        #expect(outcome.status == 0 || outcome.status == 1, "\(place): \(outcome.complaint)")
        try subject.checkWholeness(on: stage, place)
        if outcome.status == 0 { try subject.checkSuccess(on: stage, place) }
        try await subject.checkRecovery(on: stage, isFirst: true, place)
        figures.faults += 1
      }
    }
  }
}
