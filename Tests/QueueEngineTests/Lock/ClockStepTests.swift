import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Bad input 84: a clock that was set makes starts, boots and times of files incomparable.
struct ClockStepTests {
  /// Says that the moment of this boot stood elsewhere when it was first seen.
  private func setClock(by step: Duration, _ scene: borrowing LockScene) throws {
    var table = ProcessTable()
    let host = HostFacts.current(&table)
    let clock = ClockMemory(
      bootID: host.bootID,
      bootedAt: host.bootedAt - step,
      since: host.bootedAt - step,
      isSteadyFromBoot: true
    )
    try StateDirectory(settings: scene.settings).clock.save(
      clock.text
    )
  }

  /// The lock was written by the living process, and then the clock went forward by two minutes.
  @Test func aLiveWorkerThatSeemsToHaveStartedTooLateIsNotReplaced() throws {
    var scene = try LockScene()
    let child = try PythonChild(LockPrograms.idling)
    try scene.write("\(child.pid)", age: .seconds(120))
    #expect(scene.look().reason == .reusedPID)
    try setClock(by: .seconds(120), scene)
    scene.observer = LockObserver(settings: scene.settings)
    let status = scene.look()
    #expect(status.reason == .clockStep)
    #expect(!status.isClearable)
    child.finish()
    // A dead process needs no clock.
    #expect(scene.lookUntil(.stale).reason == .deadPID)
  }

  @Test func oneThatWasSeenBeforeIsHeldAllTheSame() throws {
    var scene = try LockScene()
    let child = try PythonChild(LockPrograms.idling)
    try scene.write("\(child.pid)")
    #expect(scene.look().state == .held)
    scene.setTime(LockScene.now - .seconds(120))
    try setClock(by: .seconds(120), scene)
    scene.observer = LockObserver(settings: scene.settings)
    #expect(scene.look().state == .held)
  }

  @Test func whatIsWrittenAfterTheStepIsComparedAgain() {
    var host = LockSamples.host
    let first = ClockMemory.learning(nil, host: host, now: LockSamples.now) { true }
    #expect(first.steadySince == Timestamp(-.infinity))
    host.bootedAt = host.bootedAt + .seconds(1)
    let kept = ClockMemory.learning(first, host: host, now: LockSamples.now + .seconds(10)) {
      false
    }
    #expect(kept == first)
    host.bootedAt = host.bootedAt + .seconds(90)
    let moment = LockSamples.now + .seconds(20)
    let stepped = ClockMemory.learning(first, host: host, now: moment) { true }
    #expect(stepped.steadySince == moment)
    host.bootID = "boot-3"
    #expect(ClockMemory.learning(stepped, host: host, now: moment) { false }.steadySince == moment)
    #expect(ClockMemory(text: stepped.text) == stepped)
    #expect(ClockMemory(text: first.text) == first)
    #expect(ClockMemory(text: String(first.text.dropLast(2))) == nil)
  }
}
