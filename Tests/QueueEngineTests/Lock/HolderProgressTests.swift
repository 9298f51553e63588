import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A holder that gets on by itself is not hung, and one that does not is said why.
@Suite(.tags(.alone)) struct HolderProgressTests {
  private static let idling = LockPrograms.flocking

  private func hangs(_ status: LockStatus) -> Bool { status.state == .hung }

  /// Looks twice, so far apart that nothing but the holder's own progress keeps it from hanging.
  private func secondLook(
    _ scene: inout LockScene,
    after pause: Duration = .milliseconds(1300)
  ) -> LockStatus {
    _ = scene.look()
    usleep(UInt32(pause.wholeMilliseconds * 1000))
    return scene.look()
  }

  private func scene() throws -> LockScene { try LockScene(maxHold: .seconds(1)) }

  @Test func oneThatDoesNothingHangs() throws {
    var scene = try scene()
    let holder = try PythonChild(Self.idling, arguments: [scene.lock])
    let status = secondLook(&scene)
    #expect(hangs(status))
    #expect(status.holders.map(\.pid) == [holder.pid])
  }

  /// The kernel does not list the sockets of another network namespace to us.
  @Test(.enabled(if: geteuid() == 0, "only root can make a network namespace"))
  func oneThatExchangesInANetworkOfItsOwnGetsOn() throws {
    var scene = try scene()
    let holder = try PythonChild(
      """
      import ctypes, fcntl, socket, subprocess, sys, threading
      if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0: sys.exit(1)
      i = socket.socket(); fcntl.ioctl(i, 0x8914, b"lo".ljust(16, b"\\0") + b"\\x41\\0" + bytes(22)); i.close()
      server = socket.create_server(("127.0.0.1", 0))
      def serve():
        other = server.accept()[0]
        while True: other.sendall(other.recv(9))
      threading.Thread(target=serve, daemon=True).start()
      client = socket.create_connection(server.getsockname())
      f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX)
      def ask():
        import time
        while True: client.sendall(b"x"); client.recv(9); time.sleep(0.05)
      threading.Thread(target=ask, daemon=True).start()
      print("ready", flush=True); sys.stdin.readline()
      """,
      arguments: [scene.lock]
    )
    #expect(!hangs(secondLook(&scene)))
    #expect(!hangs(secondLook(&scene)))
    #expect(holder.isRunning)
  }

  @Test func oneThatComputesGetsOn() throws {
    var scene = try scene()
    let holder = try PythonChild(
      """
      import fcntl, select, sys
      f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX); print("ready", flush=True)
      while not select.select([sys.stdin], [], [], 0)[0]: sum(range(10000))
      """,
      arguments: [scene.lock]
    )
    #expect(!hangs(secondLook(&scene)))
    holder.finish()
  }

  /// A healthy worker whose output is buffered: only its connection shows that it delivers.
  private static let sending = """
    import fcntl, select, socket, sys, threading, time
    server = socket.create_server(("127.0.0.1", 0)); port = server.getsockname()[1]
    client = socket.create_connection(("127.0.0.1", port)); other, _ = server.accept()
    f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX)
    client.sendall(b"x"); other.recv(1)
    print(port, flush=True)
    while not select.select([sys.stdin], [], [], 0.05)[0]:
      if sys.argv[2] == "answers": other.sendall(b"y"); client.recv(1)
    """

  @Test func oneThatIsAnsweredGetsOn() throws {
    var scene = try scene()
    let holder = try PythonChild(Self.sending, arguments: [scene.lock, "answers"])
    #expect(!hangs(secondLook(&scene)))
    holder.finish()
  }

  @Test func oneThatWaitsForAnAnswerIsSaidTo() throws {
    var scene = try scene()
    let holder = try PythonChild(Self.sending, arguments: [scene.lock, "silent"])
    let status = secondLook(&scene)
    #expect(hangs(status))
    let text = "pid \(holder.pid) waits for 127.0.0.1:"
    #expect(status.evidence.contains { $0.hasPrefix(text) }, "\(status.evidence)")
  }

  /// What was counted is kept for the next run of the program.
  @Test func anotherRunOfTheProgramCompares() throws {
    var scene = try scene()
    let holder = try PythonChild(Self.sending, arguments: [scene.lock, "answers"])
    _ = scene.look()
    usleep(1_300_000)
    scene.observer = LockObserver(settings: scene.settings)
    #expect(!hangs(scene.look()))
    holder.finish()
  }

  /// Bad input 91.
  @Test func aStoppedHolderIsSaidToBeStopped() throws {
    var scene = try scene()
    let holder = try PythonChild(Self.idling, arguments: [scene.lock])
    kill(holder.pid, SIGSTOP)
    let status = secondLook(&scene)
    kill(holder.pid, SIGCONT)
    #expect(hangs(status))
    #expect(status.stopped == [holder.pid])
    #expect(status.evidence.contains("pid \(holder.pid) is stopped (kill -CONT \(holder.pid))"))
  }

  @Test func theLedgerSurvivesAsText() {
    var ledger = ProgressLedger(bootID: "b")
    let connection = ProcessCounters.Connection(
      inode: 7,
      bytes: 100,
      quiet: .seconds(50),
      server: "127.0.0.1:1"
    )
    let counted = ProcessCounters(
      startTicks: 9,
      processorTime: .seconds(2),
      connections: [connection]
    )
    ledger.note([5: counted], uptime: .seconds(1000), timeout: .seconds(300))
    let now = LockSamples.now
    let progress = ledger.progress([5: counted], uptime: .seconds(1000), now: now)
    #expect(progress[5]?.lastAt == now - .seconds(50))
    #expect(ProgressLedger(text: ledger.text, bootID: "b") == ledger)
    #expect(ProgressLedger(text: ledger.text, bootID: "c") == ProgressLedger(bootID: "c"))
    #expect(ProgressLedger(text: "x", bootID: "b") == ProgressLedger(bootID: "b"))
  }
}
