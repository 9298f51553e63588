import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Workers of other directories and users, seen beside an orphan and items that nobody delivers.
struct WorkersElsewhereTests {
  private let (directory, other, place):
    (TemporaryDirectory, TemporaryDirectory, TemporaryDirectory)
  private var settings: EngineSettings
  private let script: String

  init() throws {
    (directory, other, place) = (try .init(), try .init(), try .init())
    let word = "worker-\(UUID().uuidString)"
    var settings = EngineSettings(
      directory: directory.path,
      stateDirectory: place.path("state")
    )
    settings.workerMatch = [word]
    settings.workerInterval = .seconds(1)
    self.settings = settings
    script = place.path(word + ".py")
    try place.write("print('ready', flush=True); input()", to: word + ".py")
    let item = #"{"id":"a","project_id":"p","content":"c","timestamp":1}"#
    for home in [directory, other] {
      try home.write("{\"queue\":[\(item)]}", to: settings.files.queue)
      try home.write("", to: settings.files.lock)
      let old = timespec(tv_sec: Int(LockScene.now.secondsSinceEpoch) - 9000, tv_nsec: 0)
      utimensat(AT_FDCWD, home.path(settings.files.lock), [old, old], 0)
    }
  }

  /// What is seen of this directory: its workers, the lock's reason, the findings.
  private func look() -> (workers: [Int32], lock: LockStatus, codes: [FindingCode]) {
    var reader = SnapshotReader(settings: settings)
    let now = LockScene.now
    let snapshot = reader.read(now: now)
    let codes = findings(in: snapshot, at: now, settings: settings).map(\.code)
    return (snapshot.worker.running.map(\.pid), snapshot.lock, codes)
  }

  private func expectIgnored(_ worker: PythonChild, _ comment: Comment? = nil) {
    #expect(worker.firstLine == "ready", comment)
    let seen = look()
    #expect(seen.workers == [], comment)
    #expect(seen.lock.reason == .orphan, comment)
    #expect(seen.codes.contains(.workerNotRunning), comment)
  }

  private func expectCounted(_ worker: PythonChild, _ comment: Comment? = nil) {
    #expect(worker.firstLine == "ready", comment)
    let seen = look()
    #expect(seen.workers == [worker.pid], comment)
    #expect(seen.lock.reason == .workerRunning, comment)
    #expect(!seen.codes.contains(.workerNotRunning), comment)
  }

  /// Nothing is cleared because of a doubt, and nothing else follows from it.
  private func expectDoubted(_ worker: PythonChild, _ comment: Comment? = nil) {
    #expect(worker.firstLine == "ready", comment)
    let seen = look()
    #expect(seen.workers == [], comment)
    #expect(seen.lock.reason == .workerRunning, comment)
    #expect(seen.lock.evidence.first?.contains("pid \(worker.pid) (") == true, comment)
    #expect(seen.lock.standing(at: LockScene.now).contains("pid \(worker.pid) ("), comment)
  }

  /// Runs the script with these arguments after some preparation.
  private func worker(_ arguments: [String], after preparation: String = "") throws -> PythonChild {
    try PythonChild(
      "import os, sys\n\(preparation)\nos.execv(sys.executable, ['python3'] + sys.argv[1:])",
      arguments: [script] + arguments
    )
  }

  /// That an argument names another directory does not prove that it serves that one.
  @Test func whatItsArgumentsNameIsOnlyADoubt() throws {
    for argument in [other.path, other.path + "/", other.path(settings.files.queue)] {
      expectDoubted(try worker([argument]), "\(argument)")
      expectDoubted(try worker(["--queue=\(argument)"]), "\(argument)")
    }
    for argument in [directory.path, directory.path(settings.files.queue), "/", "-v"] {
      expectCounted(try worker([argument]), "\(argument)")
    }
    expectCounted(try worker([directory.path, other.path]))
  }

  @Test func aPathIsTakenFromWhereTheProcessIs() throws {
    expectDoubted(try worker(["."], after: "os.chdir('\(other.path)')"))
    expectCounted(try worker(["."], after: "os.chdir('\(directory.path)')"))
  }

  @Test func anotherWayToThisDirectoryIsThisDirectory() throws {
    let way = place.path("way")
    try #require(symlink(directory.path, way) == 0)
    expectCounted(try worker([way]))
  }

  @Test func theFilesThatItHasOpenDecide() throws {
    let opening = { (path: String) in
      "os.set_inheritable(os.open('\(path)', os.O_RDONLY), True)"
    }
    expectIgnored(try worker([], after: opening(other.path(settings.files.queue))))
    expectCounted(try worker([], after: opening(directory.path(settings.files.queue))))
    expectCounted(
      try worker([other.path], after: opening(directory.path(settings.files.queue)))
    )
    try other.write("", to: settings.files.log)
    expectIgnored(try worker([], after: opening(other.path(settings.files.log))))
  }

  /// Its output may go anywhere, and what it reads may be another's: only that it works in another
  /// queue's directory, and names not this one, shows that it serves that one.
  @Test func whatItNamesOutweighsWhatItHasOpenElsewhere() throws {
    let opening = { (path: String) in
      "os.set_inheritable(os.open('\(path)', os.O_RDWR), True)"
    }
    try place.write("", to: "log/" + PathText(settings.files.log).name)
    let log = place.path("log/\(PathText(settings.files.log).name)")
    expectCounted(try worker([], after: opening(log)))
    expectCounted(try worker([directory.path], after: opening(log)))
    expectDoubted(try worker([directory.path], after: opening(other.path(settings.files.queue))))
    expectDoubted(
      try worker(["--dir=\(directory.path)"], after: opening(other.path(settings.files.queue)))
    )
  }

  /// Where a process was started, and what its shell had set, is a hint and no proof.
  @Test func whereItWasStartedIsOnlyADoubt() throws {
    expectDoubted(try worker([], after: "os.chdir('\(other.path)')"))
    expectDoubted(try worker([], after: "os.environ['QUEUE_DIR'] = '\(other.path)'"))
    expectCounted(
      try worker(
        [],
        after: "os.chdir('\(other.path)'); os.environ['QUEUE_DIR'] = '\(directory.path)'"
      )
    )
  }

  /// Of our own program it is known which directory it works in.
  @Test(.tags(.alone)) mutating func ourOwnWorkerSaysWhereItWorks() throws {
    settings.workerMatch = ["mem0top sync"]
    try place.write("print('ready', flush=True); input()", to: "sync")
    let ours = { [place] (arguments: [String], home: String, variable: String) in
      try PythonChild(
        """
        import os, sys
        os.chdir(sys.argv[1]); os.environ.update(HOME=sys.argv[2], MEM0TOP_DIR=sys.argv[3])
        os.execv(sys.executable, ["mem0top", "sync"] + sys.argv[4:])
        """,
        arguments: [place.path, home, variable] + arguments
      )
    }
    expectIgnored(try ours(["--dir", other.path], place.path, directory.path))
    expectIgnored(try ours(["--dir=\(other.path)"], place.path, ""))
    expectIgnored(try ours([], place.path, other.path))
    expectIgnored(try ours([], place.path, ""))
    expectCounted(try ours(["--dir", directory.path], place.path, other.path))
    expectCounted(try ours([], place.path, directory.path))
    try #require(symlink(directory.path, place.path(".claude")) == 0)
    expectCounted(try ours([], place.path, ""))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can be somebody else"))
  func anotherUsersWorkerCountsOnlyIfItCouldWriteHere() throws {
    let path = directory.path
    // Not every Python lets others run it.
    try place.write("echo ready; read line\n", to: settings.workerMatch[0] + ".sh")
    let theirs = { () throws in
      try PythonChild(
        """
        import os, sys
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
        os.execv("/bin/sh", ["sh", sys.argv[1]])
        """,
        arguments: [place.path(settings.workerMatch[0] + ".sh")]
      )
    }
    try #require(chmod(path, 0o755) == 0 && chmod(place.path, 0o755) == 0)
    try #require(chmod(directory.path(settings.files.lock), 0o644) == 0)
    expectIgnored(try theirs())
    try #require(chmod(path, 0o777) == 0)
    #expect(look().lock.reason == .orphan)
    expectCounted(try theirs())
  }
}
