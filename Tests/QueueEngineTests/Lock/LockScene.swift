import CLibrary
import Foundation
import TestSupport

@testable import QueueEngine

/// Makes a directory's state say that nobody has set the clock since the boot.
///
/// A machine restored from a snapshot, as build machines often are, shows a step.
enum SteadyClock {
  static func assume(_ settings: EngineSettings) throws {
    var table = ProcessTable()
    let host = HostFacts.current(&table)
    let clock = ClockMemory(
      bootID: host.bootID,
      bootedAt: host.bootedAt,
      since: host.bootedAt,
      isSteadyFromBoot: true
    )
    try StateDirectory(settings: settings).clock.save(clock.text)
  }
}

/// A real directory with a real lock, and an observer that looks at it.
struct LockScene: ~Copyable {
  let directory: TemporaryDirectory
  let settings: EngineSettings
  var observer: LockObserver

  /// Workers are told by a word that no other process of this machine has.
  ///
  /// They come so often that an old lock can be judged on a machine that has just booted, too.
  init(
    worker: String = "worker-\(UUID().uuidString)",
    style: LockStyleChoice = .auto,
    interval: Duration = .seconds(30),
    maxHold: Duration = .seconds(300)
  ) throws {
    let directory = try TemporaryDirectory()
    var settings = EngineSettings(
      directory: directory.path,
      stateDirectory: directory.path("state")
    )
    settings.workerMatch = [worker]
    settings.lockStyle = style
    settings.workerInterval = interval
    settings.maxHold = maxHold
    try SteadyClock.assume(settings)
    self.directory = directory
    self.settings = settings
    observer = LockObserver(settings: settings)
  }

  var lock: String { settings.path(of: \.lock) }

  static var now: Timestamp { Timestamp(Date().timeIntervalSince1970) }

  /// The verdict now, or at another moment, by a fresh pass over everything.
  mutating func look(
    at moment: Timestamp? = nil,
    refused: Timestamp? = nil,
    progress: Timestamp? = nil,
    force: Bool = true
  ) -> LockStatus {
    observer.observe(
      now: moment ?? Self.now,
      history: LockSamples.history(work: progress, refusal: refused),
      forceScan: force
    )
  }

  /// Writes the lock, as of `age` ago.
  func write(_ text: String, age: Duration = .zero) throws {
    try directory.write(text, to: settings.files.lock)
    setTime(Self.now - age)
  }

  /// Sets the modification time, as `touch -d` does.
  func setTime(_ moment: Timestamp) {
    let time = timespec(tv_sec: Int(moment.secondsSinceEpoch), tv_nsec: 0)
    utimensat(AT_FDCWD, lock, [time, time], 0)
  }

  /// Looks until the verdict is this one, for ten seconds at most.
  mutating func lookUntil(_ state: LockState) -> LockStatus {
    let deadline = ContinuousClock.now + .seconds(10)
    var status = look()
    while status.state != state, ContinuousClock.now < deadline {
      usleep(5000)
      status = look()
    }
    return status
  }
}
