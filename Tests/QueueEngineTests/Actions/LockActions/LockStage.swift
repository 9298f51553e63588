import CLibrary
import Foundation
import TestSupport

@testable import QueueEngine

/// A real directory with a real lock, for actions on it.
final class LockStage {
  let directory: TemporaryDirectory
  var settings: EngineSettings

  /// Workers are told by a word that no other process of this machine has.
  ///
  /// They come so often that an old lock can be judged on a machine that has just booted, too.
  init(style: LockStyleChoice = .auto) throws {
    directory = try TemporaryDirectory()
    settings = EngineSettings(directory: directory.path, stateDirectory: directory.path("state"))
    settings.workerMatch = ["worker-\(UUID().uuidString)"]
    settings.lockStyle = style
    settings.workerInterval = .seconds(30)
    try SteadyClock.assume(settings)
  }

  static var now: Timestamp { Timestamp(Date().timeIntervalSince1970) }

  /// The id of a process that has ended.
  static func deadPID() throws -> Int32 {
    let child = try PythonChild(LockPrograms.idling)
    child.finish()
    return child.pid
  }

  // MARK: The lock file

  var lock: String { settings.path(of: \.lock) }

  var lockExists: Bool { inode != 0 }

  var lockText: String? {
    FileManager.default.contents(atPath: lock).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The inode number of whatever lies at the lock's path; 0 if nothing does.
  var inode: UInt64 {
    var status = stat()
    return lstat(lock, &status) == 0 ? UInt64(status.st_ino) : 0
  }

  /// Writes the lock, as of `age` ago.
  func write(_ text: String, age: Duration = .zero) throws {
    try directory.write(text, to: settings.files.lock)
    let time = timespec(tv_sec: Int((Self.now - age).secondsSinceEpoch), tv_nsec: 0)
    utimensat(AT_FDCWD, lock, [time, time], 0)
  }

  // MARK: Looking

  /// The verdict of a fresh look, as another run of the program would have it.
  func look() -> LockStatus {
    var examination = LockExamination(settings: settings)
    return examination.look()
  }

  /// Looks until the verdict is this one, for ten seconds at most.
  func lookUntil(_ state: LockState) -> LockStatus {
    var status = look()
    _ = isTrueSoon {
      status = look()
      return status.state == state
    }
    return status
  }

  // MARK: Acting

  /// Clears with waits so short that a test can afford them.
  func clear(
    expecting shown: LockStatus? = nil,
    emptyRecheck: Duration = .milliseconds(5)
  ) throws(ActionError) -> ActionOutcome {
    try ClearLock(expecting: shown, settle: .milliseconds(5), emptyRecheck: emptyRecheck)
      .perform(settings: settings)
  }

  /// The refusal of an attempt to clear the lock; `nil` if it was not refused.
  func refusal(expecting shown: LockStatus? = nil) -> ActionError? {
    do throws(ActionError) {
      _ = try clear(expecting: shown)
      return nil
    } catch {
      return error
    }
  }
}

/// Whether something becomes true within ten seconds.
func isTrueSoon(_ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = ContinuousClock.now + .seconds(10)
  while ContinuousClock.now < deadline {
    if try condition() { return true }
    usleep(2000)
  }
  return try condition()
}
