import CLibrary
import Foundation
import TestSupport
import Testing

/// Locks among many processes with many open files, and inside a PID namespace.
@Suite("Bad input: machines", .tags(.alone), .timeLimit(.minutes(3)))
struct CrowdedMachineTests {
  /// 400 processes with 30 open files each; the last has the lock open, by its last descriptor.
  ///
  /// They end with the program's input, and each other: their pipe has no writer any more.
  private static let crowd = """
    import os, sys
    end, other = os.pipe()
    told, tell = os.pipe()
    for number in range(400):
      if os.fork() == 0:
        os.close(other); os.close(told)
        null = os.open("/dev/null", os.O_RDONLY)
        while null < 29: null = os.dup(null)
        if number == 399: os.open(sys.argv[1], os.O_WRONLY)
        os.write(tell, b"x"); os.read(end, 1); os._exit(0)
    os.close(tell)
    count = 0
    while count < 400: count += len(os.read(told, 400))
    print("ready"); input()
    """

  private let program: Program
  private let directory: WatchedDirectory
  private let environment = [
    "MEM0TOP_WORKER_MATCH": "[\"worker-\(UUID().uuidString)\"]", "MEM0TOP_WORKER_INTERVAL": "10s",
  ]

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try directory.write("", to: WatchedDirectory.lock, age: .seconds(3 * 3600))
  }

  private func lock(after preparation: String = ":") async throws -> [String: Any] {
    try await program.run(after: preparation, ["status", "--json"], environment: environment)
      .section("lock")
  }

  /// A holder among 400 processes with 30 open files each is found, and its lock stays.
  @Test(.enabled(if: hasRoomForACrowd, "400 processes need 2 GiB"))
  func aHolderIsFoundInACrowd() async throws {
    do {
      let crowd = try PythonChild(Self.crowd, directory.path(of: WatchedDirectory.lock))
      let found = try await lock()
      #expect(found["state"] as? String == "held")
      #expect((found["holders"] as? [Any])?.count == 1)
      let unlock = try await program.run("unlock", environment: environment)
      #expect(unlock.status == 1)
      #expect(unlock.complaint.contains("it is held by pid"))
      #expect(crowd.isRunning)
    }
    // With the crowd its holder goes, if not at once.
    let deadline = ContinuousClock.now + .seconds(30)
    while try await lock()["state"] as? String == "held", ContinuousClock.now < deadline {}
    #expect(try await lock()["reason"] as? String == "orphan")
    let unlock = try await program.run("unlock", environment: environment)
    #expect(unlock.status == 0, "\(unlock.complaint)")
    #expect(!directory.exists(WatchedDirectory.lock))
  }

  /// From inside a PID namespace most processes are not to be seen, so nothing is cleared there.
  @Test(.enabled(if: canMakeNamespaces, "this system does not let us make a PID namespace"))
  func aLockIsNotJudgedFromInsideANamespace() async throws {
    let inside = "exec unshare -p -f --mount-proc \"$@\""
    let holder = try PythonChild(LockPrograms.flocking, directory.path(of: WatchedDirectory.lock))
    #expect(try await lock()["state"] as? String == "held")
    let found = try await lock(after: inside)
    #expect(found["clearable"] as? Bool == false, "\(found)")
    let unlock = try await program.run(after: inside, ["unlock"], environment: environment)
    #expect(unlock.status == 1, "\(unlock.output)")
    #expect(directory.exists(WatchedDirectory.lock))
    #expect(holder.isRunning)
  }

  /// In a time namespace the boot and the start of every process seem to lie elsewhere.
  @Test(.enabled(if: canMakeTimeNamespaces, "this system does not let us make a time namespace"))
  func aLiveLockIsNotClearedFromInsideATimeNamespace() async throws {
    try FileManager.default.removeItem(atPath: directory.path(of: WatchedDirectory.lock))
    let holder = try PythonChild(LockPrograms.recorded, directory.path(of: WatchedDirectory.lock))
    #expect(try await lock()["state"] as? String == "held")
    let inside = "exec unshare -T --boottime 20000 --monotonic 20000 \"$@\""
    let unlock = try await program.run(after: inside, ["unlock"], environment: environment)
    #expect(unlock.status == 1, "\(unlock.output)")
    #expect(directory.exists(WatchedDirectory.lock))
    #expect(try await lock()["state"] as? String == "held")
    #expect(holder.isRunning)
  }

  private static var hasRoomForACrowd: Bool {
    sysconf(Int32(_SC_AVPHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) > 2 << 30
  }

  private static var canMakeNamespaces: Bool { canUnshare(["-p", "-f", "--mount-proc"]) }

  private static var canMakeTimeNamespaces: Bool { canUnshare(["-T", "--boottime", "20000"]) }

  private static func canUnshare(_ options: [String]) -> Bool {
    let trial = Process()
    trial.executableURL = URL(filePath: "/usr/bin/unshare")
    trial.arguments = options + ["true"]
    trial.standardError = FileHandle.nullDevice
    do {
      try trial.run()
    } catch {
      print("there is no unshare: \(error)")
      return false
    }
    trial.waitUntilExit()
    return trial.terminationStatus == 0
  }
}
