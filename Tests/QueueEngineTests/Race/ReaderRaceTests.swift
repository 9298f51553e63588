import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Waiters that have our lock open, for reading alone, at any moment of our taking and giving back.
@Suite(.serialized) struct ReaderRaceTests {
  private static let rounds =
    ProcessInfo.processInfo.environment["MEM0TOP_RACE_READERS"].flatMap(Int.init) ?? 40

  /// In each directory in turn: opens the lock as soon as it is there, locks it, and looks whether
  /// the file that it has locked is the one that everybody sees.
  private static let waiting = """
    import fcntl, os, sys, time
    print("ready", flush=True)
    for directory in sys.argv[1:]:
      while True:
        try: f = os.open(directory + "/mem0_queue.lock", os.O_RDONLY)
        except FileNotFoundError: continue
        fcntl.flock(f, fcntl.LOCK_EX)
        break
      time.sleep(0.005)
      try: word = "same" if os.stat(directory + "/mem0_queue.lock").st_ino == os.fstat(f).st_ino else "lost"
      except FileNotFoundError: word = "lost"
      with open(directory + "/draft", "w") as out: out.write(word)
      os.rename(directory + "/draft", directory + "/word")
      os.close(f)
    """

  private func race(release: (EngineSettings) -> Void) throws -> [String: Int] {
    let root = try TemporaryDirectory()
    let settings = try (0..<Self.rounds).map { number in
      let directory = root.path("\(number)")
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      return EngineSettings(directory: directory, stateDirectory: root.path("state"))
    }
    let waiter = try PythonChild(Self.waiting, arguments: settings.map(\.directory))
    var words: [String: Int] = [:]
    for settings in settings {
      let path = settings.directory + "/word"
      let deadline = ContinuousClock.now + .seconds(20)
      while !FileManager.default.fileExists(atPath: path), ContinuousClock.now < deadline {
        release(settings)
      }
      words[(try? String(contentsOfFile: path, encoding: .utf8)) ?? "none", default: 0] += 1
    }
    withExtendedLifetime(waiter) {}
    return words
  }

  @Test(.tags(.slow)) func noWaiterLosesTheLockThatItHas() throws {
    let words = try race { settings in
      // A refusal is what a held lock gets.
      try? QueueLock.acquire(settings: settings, timeout: .zero).release()
    }
    #expect(words == ["same": Self.rounds], "\(words)")
  }

  /// The harness can fail: to give the lock back by unlinking it is not enough.
  @Test func theNaiveWayIsCaught() throws {
    let words = try race { settings in
      let path = settings.path(of: \.lock)
      let file = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
      guard file >= 0 else { return }
      flock(file, LOCK_EX | LOCK_NB)
      usleep(200)
      unlink(path)
      close(file)
    }
    #expect(words["lost", default: 0] > 0, "\(words)")
  }
}
