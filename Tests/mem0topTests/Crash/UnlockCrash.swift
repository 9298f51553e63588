import Foundation
import TestSupport
import Testing

/// `unlock` on a lock that nobody holds: whatever becomes of it, the lock can be cleared after that.
struct UnlockCrash: CrashSubject {
  private static let queue = #"{"queue": [{"id": "aa11"}]}"#

  let description: String
  /// Whether the lock records a process that is no more; else it is empty.
  let recordsOwner: Bool
  let arguments = ["unlock"]
  let recovery = ["unlock"]
  let essential: Set<Substring> = ["ftruncate", "futimens", "unlinkat"]
  let stride = 29
  let isKnownByInode = true

  static let all = [
    UnlockCrash(description: "unlock, dead process", recordsOwner: true),
    UnlockCrash(description: "unlock, orphan", recordsOwner: false),
  ]

  func prepare(_ stage: CrashStage) async throws {
    // An orphan is judged two intervals after it was written, and not beside a worker.
    try stage.program.home.write(
      "[worker]\ninterval = \"1s\"\nmatch = [\"\(UUID().uuidString)\"]\n",
      to: ".config/mem0top/config.toml"
    )
    try stage.directory.write(Self.queue, to: WatchedDirectory.queue)
  }

  func arrange(_ stage: CrashStage) async throws {
    let pid = try stage.directory.abandonLock()
    // Longer than what the clearer writes, so that the rest of it would show.
    let text = recordsOwner ? "\(hostName):\(pid)\n" : ""
    try stage.directory.write(text, to: WatchedDirectory.lock, age: .seconds(3 * 3600))
  }

  func checkSuccess(on stage: CrashStage, _ place: String) throws {
    #expect(!stage.directory.exists(WatchedDirectory.lock), "\(place): the lock is there")
  }

  func checkWholeness(on stage: CrashStage, _ place: String) throws {
    #expect(try stage.directory.text(of: WatchedDirectory.queue) == Self.queue, "\(place)")
  }

  func tidy(_ stage: CrashStage) async throws {
    let path = stage.directory.path(of: WatchedDirectory.lock)
    guard stage.directory.exists(WatchedDirectory.lock),
      try stage.directory.text(of: WatchedDirectory.lock).isEmpty
    else { return }
    // One that is empty again is too young to judge for a while. It is made older than it ever was,
    // because a later time would prove that somebody uses it.
    let date = Date(timeIntervalSince1970: 1_600_000_000)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
  }

  func checkRecovery(on stage: CrashStage, isFirst _: Bool, _ place: String) async throws {
    try await tidy(stage)
    let outcome = try await stage.run(recovery)
    #expect(outcome.status == 0, "\(place): \(outcome.complaint)")
    try checkSuccess(on: stage, place)
    try checkWholeness(on: stage, place)
  }

  private var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
