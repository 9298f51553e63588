import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A hung holder is asked to end, and nobody else ever is.
struct EndHolderTests {
  private static let deaf = """
    import fcntl, signal, sys
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX); print("ready"); input()
    """

  /// What a Python file needs that is to be ended: the thread that starts it may block signals.
  private static let unblock =
    "import signal; signal.pthread_sigmask(signal.SIG_SETMASK, [])\n"

  private func holder(_ program: String, _ scene: LockStage) throws -> PythonChild {
    try PythonChild(program, arguments: [scene.lock])
  }

  /// A stage on which every hold counts as hung at once.
  private func stage() throws -> LockStage {
    let scene = try LockStage()
    scene.settings.maxHold = .zero
    return scene
  }

  private func end(
    _ pid: Int32,
    startedAt: Timestamp? = nil,
    _ scene: LockStage
  ) throws(ActionError) -> ActionOutcome {
    let clearing = ClearLock(settle: .milliseconds(5), emptyRecheck: .milliseconds(5))
    return try EndHolder(
      pid: pid,
      startedAt: startedAt,
      timeout: .milliseconds(300),
      clearing: clearing
    ).perform(settings: scene.settings)
  }

  private func refusal(_ pid: Int32, startedAt: Timestamp? = nil, _ scene: LockStage)
    -> ActionError?
  {
    do throws(ActionError) {
      _ = try end(pid, startedAt: startedAt, scene)
      return nil
    } catch {
      return error
    }
  }

  @Test func aHungPIDFileHolderEndsAndItsLockIsCleared() throws {
    let scene = try stage()
    let script = scene.settings.workerMatch[0] + ".py"
    try scene.directory.write(Self.unblock + LockPrograms.pidFile, to: script)
    let path = scene.directory.path(script)
    let holder = try PythonChild(script: path, arguments: [scene.lock])
    let shown = scene.look()
    #expect(shown.state == .hung)
    let outcome = try end(holder.pid, startedAt: shown.holders.first?.startedAt, scene)
    #expect(isTrueSoon { kill(holder.pid, 0) != 0 })
    #expect(!scene.lockExists)
    #expect(outcome.changed == 2)
    #expect(outcome.summary.hasPrefix("Ended pid \(holder.pid) ("))
    #expect(outcome.summary.contains("Cleared the lock"))
  }

  @Test func afterAHungFlockHolderTheFileIsSimplyIdle() throws {
    let scene = try stage()
    let holder = try holder(LockPrograms.flocking, scene)
    let outcome = try end(holder.pid, scene)
    #expect(outcome.changed == 1)
    #expect(outcome.summary.contains("Nothing to clear: nobody holds it"))
    #expect(scene.lockExists)
    #expect(scene.look().state == .idle)
  }

  /// The holder ends, and what it has started goes on: its lock stays.
  @Test func whatTheHolderHasStartedKeepsTheLock() throws {
    let scene = try stage()
    let script = scene.settings.workerMatch[0] + ".py"
    try scene.directory.write(
      Self.unblock + """
        import os, sys, time
        f = open(sys.argv[1], "x"); f.write(str(os.getpid())); f.close()
        child = os.fork()
        if child == 0: time.sleep(60); os._exit(0)
        print(child, flush=True); time.sleep(60)
        """,
      to: script
    )
    let holder = try PythonChild(script: scene.directory.path(script), arguments: [scene.lock])
    let child = try #require(Int32(holder.firstLine))
    defer { kill(child, SIGKILL) }
    let refused = try #require(refusal(holder.pid, scene))
    #expect(refused.description.hasPrefix("Ended pid \(holder.pid)"))
    #expect(refused.description.contains("pid \(child)"))
    #expect(scene.lockText == "\(holder.pid)")
  }

  @Test func oneThatIgnoresItIsReportedAndItsLockStays() throws {
    let scene = try stage()
    let holder = try holder(Self.deaf, scene)
    let refused = try #require(refusal(holder.pid, scene))
    #expect(refused.description.contains("pid \(holder.pid) ("))
    #expect(refused.description.contains("got SIGTERM and still runs"))
    #expect(kill(holder.pid, 0) == 0)
    #expect(scene.look().holders.map(\.pid) == [holder.pid])
  }

  /// The number came back: another process has it now.
  @Test func aLaterProcessOfTheSameNumberIsSpared() throws {
    let scene = try stage()
    let holder = try holder(LockPrograms.flocking, scene)
    let start = try #require(scene.look().holders.first?.startedAt)
    let refused = try #require(refusal(holder.pid, startedAt: start - .seconds(30), scene))
    #expect(refused.description.contains("is not the process that was shown"))
    #expect(kill(holder.pid, 0) == 0)
  }

  @Test func whoDoesNotHoldTheLockIsSpared() throws {
    let scene = try stage()
    let holder = try holder(LockPrograms.flocking, scene)
    let other = try PythonChild(LockPrograms.idling)
    #expect(
      refusal(other.pid, scene)?.description.contains("pid \(other.pid) does not hold the lock")
        == true
    )
    #expect(kill(other.pid, 0) == 0)
    #expect(kill(holder.pid, 0) == 0)
    #expect(refusal(try LockStage.deadPID(), scene)?.description.contains("no process") == true)
  }

  /// A number alone proves too little to end anybody: a container's worker may have written it.
  @Test func whoIsOnlyNamedIsSpared() throws {
    let scene = try stage()
    let innocent = try holder(LockPrograms.idling, scene)
    try scene.write("\(innocent.pid)\n")
    #expect(scene.look().state == .hung)
    let refused = try #require(refusal(innocent.pid, scene))
    #expect(refused.description.contains("only named in the lock"))
    #expect(refused.description.contains("worker.match"))
    #expect(kill(innocent.pid, 0) == 0)
    #expect(scene.lockExists)
  }

  @Test func aHolderThatGetsOnIsSpared() throws {
    let scene = try LockStage()
    let holder = try holder(LockPrograms.flocking, scene)
    #expect(refusal(holder.pid, scene)?.description.contains("and is not hung") == true)
    #expect(kill(holder.pid, 0) == 0)
  }

  @Test func weDoNotEndOurselves() throws {
    let scene = try stage()
    let lock = try QueueLock.acquire(settings: scene.settings)
    #expect(refusal(getpid(), scene)?.description.contains("is this program") == true)
    lock.release()
  }

  @Test func itAsksFirstAndNamesTheProcess() throws {
    let scene = try stage()
    let holder = try holder(LockPrograms.flocking, scene)
    var snapshot = Snapshot(generatedAt: LockStage.now, directory: scene.directory.path)
    snapshot.lock = scene.look()
    let action = EndHolder(pid: holder.pid, startedAt: snapshot.lock.holders.first?.startedAt)
    guard case .afterConfirmation(let question) = action.availability(in: snapshot, at: .init(0))
    else {
      Issue.record("a hung holder may be ended")
      return
    }
    #expect(question.hasPrefix("End pid \(holder.pid) ("))
    #expect(
      action.preview(in: snapshot, at: LockStage.now).command
        == "mem0top unlock --force \(holder.pid)"
    )
    snapshot.lock = LockStatus()
    #expect(
      action.availability(in: snapshot, at: LockStage.now)
        == .unavailable("Nothing to end: there is no lock.")
    )
  }
}
