import Foundation
import Testing

/// One of those that take a subject through its points, on a stage of its own.
///
/// Each first crash and each fault is followed by a recovery that is looked at. A crash of the recovery
/// is too, unless it leaves a state from which everything was brought in order before.
struct CrashLane<Subject: CrashSubject> {
  /// One piece of work.
  private enum Work {
    case kill(Int)
    case fault(CrashShim.Fault, Int)
  }

  private static var errors: [Int32] { [ENOSPC, EIO, EDQUOT, EINTR] }
  /// The short form ends the recovery at so many points, of one state.
  private static var shortSecondKills: Int { 2 }
  /// So often a run is repeated that was over before its point.
  private static var mostTries: Int { 20 }

  private let subject: Subject
  private let stage: CrashStage
  private let account: CrashAccount
  private var calls: [Substring] = []

  init(_ subject: Subject, _ stage: CrashStage, _ account: CrashAccount) {
    self.subject = subject
    self.stage = stage
    self.account = account
  }

  /// Does what no other lane has taken, until there is nothing left.
  mutating func run(isFirst: Bool) async throws {
    try await stage.prepare(subject)
    calls = try await callsUndisturbed()
    // With a server in play a slow run looks at its files once more: the points are those of each run.
    for _ in 1..<3 where subject.needsReceiver {
      try await stage.reset(for: subject)
      let again = try await callsUndisturbed()
      if again.count < calls.count { calls = again }
    }
    try #require(calls.count > 30, "the shim saw too little: \(calls)")
    if isFirst { await account.update { [count = calls.count] in $0.points += count } }
    let works = kills + faults
    var turn = await account.takeTurn()
    while turn < works.count {
      switch works[turn] {
      case .kill(let point): try await kill(at: point)
      case .fault(let fault, let point): try await fail(with: fault, at: point)
      }
      turn = await account.takeTurn()
    }
  }

  private func callsUndisturbed() async throws -> [Substring] {
    let outcome = try await stage.run(subject.arguments)
    #expect(outcome.status == 0, "\(subject): \(outcome.complaint)")
    try subject.checkSuccess(on: stage, "\(subject) undisturbed")
    return outcome.calls
  }

  private var kills: [Work] {
    (1...calls.count).filter {
      CrashSweep.isLong || $0 % subject.stride == 1 || subject.essential.contains(calls[$0 - 1])
    }.map(Work.kill)
  }

  private var faults: [Work] {
    let all = Self.errors.map(CrashShim.Fault.error) + [.shortWrite]
    return all.enumerated().flatMap { index, fault in
      let first = CrashSweep.isLong ? 1 : 1 + index * 2
      let stride = CrashSweep.isLong ? 1 : subject.stride * 2 - 1
      return Swift.stride(from: first, through: calls.count, by: stride).filter {
        fault != .shortWrite || calls[$0 - 1].contains("write")
      }.map { Work.fault(fault, $0) }
    } + faultsAfterRenames
  }

  /// A change that is made and then fails must not be made again.
  private var faultsAfterRenames: [Work] {
    let renames = calls.indices.filter { calls[$0] == "renameat" }
    return renames.flatMap { rename in
      (rename + 2...rename + 4).filter { !CrashSweep.isLong && $0 <= calls.count }.map {
        Work.fault(.error(EIO), $0)
      }
    }
  }

  private func kill(at point: Int) async throws {
    let place = "\(subject) killed at \(point), \(calls[point - 1])"
    try await crash(at: point, place)
    await account.update { $0.kills += 1 }
    let state = try stage.fingerprint()
    let isNew = await account.note(state)
    let left = try stage.remember()
    try subject.checkWholeness(on: stage, place)
    try await subject.checkRecovery(on: stage, isFirst: true, place)
    await account.prove(state)
    // In the short form one state from the middle stands for all.
    let middle = 1 + (calls.count / 2 / subject.stride) * subject.stride
    if CrashSweep.isLong ? isNew : point == middle {
      try await killRecovery(after: point, left, place)
    }
  }

  private func crash(at point: Int, _ place: String) async throws {
    try await stage.reset(for: subject)
    var outcome = try await stage.run(subject.arguments, .kill, at: point)
    // With a server in play a run takes some calls more or fewer, and may be over before this one.
    for _ in 1..<Self.mostTries where outcome.status == 0 {
      try await stage.reset(for: subject)
      outcome = try await stage.run(subject.arguments, .kill, at: point)
    }
    let isReached = outcome.status == -9 && outcome.calls.count == point
    if !isReached { await account.update { $0.missed += 1 } }
    #expect(isReached, "\(place) was not reached: \(outcome.status) \(outcome.complaint)")
  }

  private func killRecovery(
    after point: Int,
    _ left: CrashStage.Memory,
    _ place: String
  ) async throws {
    try await comeBack(to: left, point, place)
    let calls = try await stage.run(subject.recovery).calls
    await account.update { [count = calls.count] in $0.recoveryPoints += count }
    let short = max(calls.count / Self.shortSecondKills, 1)
    let stride = CrashSweep.isLong ? CrashSweep.stride : short
    let first = CrashSweep.isLong ? 1 + point % stride : stride / 2 + 1
    for second in Swift.stride(from: first, through: calls.count, by: stride) {
      let name = "\(place), then at \(second), \(calls[second - 1])"
      var outcome: CrashStage.Outcome
      var tries = 0
      repeat {
        try await comeBack(to: left, point, place)
        outcome = try await stage.run(subject.recovery, .kill, at: second)
        tries += 1
      } while outcome.status == 0 && tries < Self.mostTries
      if outcome.status == 0, outcome.calls.count < second {
        try subject.checkSuccess(on: stage, name)
        await account.update { $0.missed += 1 }
        continue
      }
      #expect(outcome.status == -9, "\(name): not reached; \(outcome.complaint)")
      await account.update { $0.secondKills += 1 }
      try subject.checkWholeness(on: stage, name)
      let state = try stage.fingerprint()
      if await account.isProven(state) { continue }
      try await subject.checkRecovery(on: stage, isFirst: false, name)
      await account.prove(state)
    }
  }

  /// Makes again what the crash has left, as a person finds it who then runs the recovery.
  private func comeBack(
    to left: CrashStage.Memory,
    _ point: Int,
    _ place: String
  ) async throws {
    if subject.isKnownByInode {
      try await crash(at: point, place)
    } else {
      try await stage.comeBack(to: left, for: subject)
    }
    try await subject.tidy(stage)
  }

  private func fail(with fault: CrashShim.Fault, at point: Int) async throws {
    try await stage.reset(for: subject)
    let outcome = try await stage.run(subject.arguments, fault, at: point)
    let place = "\(subject) with \(fault) at \(point), \(calls[point - 1])"
    #expect(outcome.status == 0 || outcome.status == 1, "\(place): \(outcome.complaint)")
    try subject.checkWholeness(on: stage, place)
    if outcome.status == 0 { try subject.checkSuccess(on: stage, place) }
    try await subject.checkRecovery(on: stage, isFirst: true, place)
    await account.update { $0.faults += 1 }
  }
}
