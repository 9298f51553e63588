import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A lock file of somebody else in our hands.
struct ForeignLockTests {
  private func refusal(_ scene: LockStage) -> ActionError? {
    do throws(ActionError) {
      try QueueLock.acquire(settings: scene.settings, timeout: .zero).release()
      return nil
    } catch {
      return error
    }
  }

  private func writeLog(_ lines: String..., to scene: LockStage) throws {
    try scene.directory.write(
      lines.map { $0 + "\n" }.joined(),
      to: scene.settings.files.log
    )
  }

  /// What holds more than a number was written by somebody who reads it again.
  @Test(arguments: ["{\"pid\": 31999, \"host\": \"elsewhere\"}", "31999\nbox\n"])
  func whatHoldsMoreThanANumberIsNotWrittenOver(text: String) throws {
    let scene = try LockStage(style: .flock)
    try scene.write(text, age: .seconds(60))
    #expect(refusal(scene)?.description.contains("more than a process id") == true)
    #expect(scene.lockText == text)
  }

  /// A run that has ended speaks for the file: it is taken as if it were idle, and given back as it was.
  @Test(arguments: ["", "PID"])
  func oneThatSettlesIsGivenBackAsItWas(content: String) throws {
    let scene = try LockStage()
    let text = content == "PID" ? "\(try LockStage.deadPID())" : content
    try scene.write(text, age: .seconds(20))
    try writeLog("✨ Worker done: 3 synced", to: scene)
    let before = scene.look()
    #expect(before.state == .settling && before.isTakeable)
    let lock = try QueueLock.acquire(settings: scene.settings, timeout: .zero)
    #expect(scene.lockText == "\(getpid())\n")
    lock.release()
    #expect(scene.lockText == text)
    let after = scene.look()
    #expect(after.modifiedAt == before.modifiedAt && after.identity == before.identity)
    #expect(after.state == .settling)
  }

  /// Bad input 87: a `flock` worker that leaves its number, and another one was refused while it ran.
  @Test func aRefusalBeforeTheEndOfTheRunRaisesNoAlarm() throws {
    let scene = try LockStage()
    try scene.write("\(try LockStage.deadPID())", age: .seconds(20))
    try writeLog("⏳ Could not acquire lock (timeout)", "✅ Synced: p (ID: 3f2a91c0...)", to: scene)
    #expect(scene.look().reason == .deadPID)
    try scene.directory.append("✨ Worker done:\n", to: scene.settings.files.log)
    #expect(scene.look().state == .settling)
    #expect(refusal(scene) == nil)
    // But somebody who is refused afterwards was shut out by the file itself.
    try scene.directory.append(
      "Could not acquire queue lock (timeout)\n",
      to: scene.settings.files.log
    )
    #expect(scene.look().reason == .deadPID)
    #expect(try scene.clear().changed == 1)
  }

  /// A worker that runs all the same, and has got nothing done since somebody was refused.
  @Test func whereAWorkerRunsClearingAsksFirst() throws {
    let scene = try LockStage()
    scene.settings.maxHold = .zero
    try scene.directory.write("", to: scene.settings.files.log)
    try scene.write("\(try LockStage.deadPID())", age: .seconds(20))
    let log = scene.directory.path(scene.settings.files.log)
    let worker = try PythonChild(LockPrograms.writing, arguments: [log])
    #expect(scene.look().reason == .workerRunning)
    #expect(
      scene.refusal()?.description.contains("end pid \(worker.pid), then mem0top unlock") == true
    )
    try scene.directory.append("Could not acquire lock (timeout)\n", to: scene.settings.files.log)
    let status = scene.look()
    #expect(status.reason == .deadPID)
    #expect(status.bystanders.map(\.pid) == [worker.pid])
    var snapshot = Snapshot(generatedAt: LockStage.now, directory: scene.directory.path)
    snapshot.lock = status
    guard
      case .afterConfirmation(let question) = ClearLock()
        .availability(in: snapshot, at: LockStage.now)
    else {
      Issue.record("it must ask")
      return
    }
    #expect(question.contains("A worker runs all the same"))
    #expect(try scene.clear().evidence.contains { $0.contains("pid \(worker.pid)") })
    worker.finish()
  }

  /// Bad input 91: one that is stopped hears of its end only once it goes on.
  @Test func aStoppedHolderIsEnded() throws {
    let scene = try LockStage()
    scene.settings.maxHold = .zero
    let holder = try PythonChild(LockPrograms.flocking, arguments: [scene.lock])
    kill(holder.pid, SIGSTOP)
    #expect(isTrueSoon { scene.look().stopped == [holder.pid] })
    let outcome = try EndHolder(
      pid: holder.pid,
      startedAt: nil,
      clearing: ClearLock(settle: .milliseconds(5), emptyRecheck: .milliseconds(5))
    ).perform(settings: scene.settings)
    #expect(outcome.summary.hasPrefix("Ended pid \(holder.pid)"))
  }
}
