import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A lock file is taken away beside workers that open it, lock it, and leave it in place.
///
/// `MEM0TOP_RACE_REMOVALS=20000 swift test --filter RemovalRaceTests` runs the long form.
@Suite(.serialized, .tags(.alone, .slow)) struct RemovalRaceTests {
  private static let removals =
    ProcessInfo.processInfo.environment["MEM0TOP_RACE_REMOVALS"].flatMap(Int.init) ?? 300

  /// Opens the lock, makes it where it is not there, and locks it, until its input ends a line.
  ///
  /// Who has it says `lost` if the path leads to no file or another one, and `two` if another worker has
  /// the witness.
  private static let worker = """
    import fcntl, os, random, select, sys, time
    path, style = sys.argv[1] + "/lock", sys.argv[2]
    lock = fcntl.lockf if style == "lockf" else fcntl.flock
    witness = os.open(sys.argv[1] + "/witness", os.O_CREAT | os.O_RDWR, 0o600)
    words = os.open(sys.argv[1] + "/words", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    print("ready")
    while not select.select([sys.stdin], [], [], 0)[0]:
      f = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
      try: lock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
      except OSError:
        os.close(f)
        continue
      try: fcntl.flock(witness, fcntl.LOCK_EX | fcntl.LOCK_NB)
      except OSError: os.write(words, b"two\\n")
      time.sleep(random.choice([0, 0.0002]))
      try: isThere = os.stat(path).st_ino == os.fstat(f).st_ino
      except FileNotFoundError: isThere = False
      os.write(words, b"had\\n" if isThere else b"lost\\n")
      fcntl.flock(witness, fcntl.LOCK_UN)
      os.close(f)
      time.sleep(random.choice([0.001, 0.004]))
    """

  /// Takes the lock away so often; returns how often each word was said.
  private func race(
    style: String,
    removals: Int = removals,
    remove: (borrowing OpenLockFile, String) throws -> Bool
  ) throws -> [String: Int] {
    let root = try TemporaryDirectory()
    let workers = try (0..<3).map { _ in
      try PythonChild(Self.worker, arguments: [root.path, style])
    }
    let path = root.path("lock")
    let deadline = ContinuousClock.now + .seconds(60 + removals / 10)
    var removed = 0
    while removed < removals, ContinuousClock.now < deadline {
      // There is none, or a worker has it.
      guard let file = try? OpenLockFile(path: path), file.lock(), file.isFile(at: path) else {
        continue
      }
      if try remove(file, path) { removed += 1 }
    }
    for worker in workers { worker.finish() }
    let text = try String(contentsOfFile: root.path("words"), encoding: .utf8)
    let words = text.split(separator: "\n").reduce(into: ["removed": removed]) {
      $0[String($1), default: 0] += 1
    }
    print("removals beside \(style): \(words)")
    return words
  }

  @Test(arguments: ["flock", "lockf"], [true, false])
  func nobodyHasALockWithoutAName(style: String, usesLease: Bool) throws {
    // Without a lease all processes are looked at, three times each.
    let removals = usesLease ? Self.removals : Self.removals / 15
    let words = try race(style: style, removals: removals) { file, path in
      try file.remove(from: path, linger: .milliseconds(1), usesLease: usesLease) == .done
    }
    #expect(words["lost"] == nil && words["two"] == nil, "\(words)")
    #expect(words["removed", default: 0] >= removals, "\(words)")
    #expect(words["had", default: 0] > 0, "\(words)")
  }

  /// The harness can fail: who has both locks on the file may not just unlink it.
  @Test(arguments: ["flock", "lockf"])
  func theNaiveWayIsCaught(style: String) throws {
    var harms = 0
    for _ in 0..<20 where harms == 0 {
      let words = try race(style: style, removals: 500) { _, path in unlink(path) == 0 }
      harms = words["lost", default: 0] + words["two", default: 0]
    }
    #expect(harms > 0)
  }
}
