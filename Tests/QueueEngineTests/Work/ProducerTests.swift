import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Turns of ours while other programs add items, each in its way, under the lock.
@Suite("Producers", .serialized, .tags(.alone))
struct ProducerTests {
  /// Adds items until it has added 60, in place under a `flock`, or by a rename under a lock file.
  private static let program = """
    import fcntl, json, os, random, sys, time
    style, directory = sys.argv[1:3]
    queue, lock = directory + "/mem0_queue.json", directory + "/mem0_queue.lock"
    def add(number):
        with open(queue) as file:
            content = json.load(file)
        content["queue"].append({"id": "%s-%d" % (style, number), "project_id": "p%d" % (number % 3),
          "content": "memory %d" % number, "timestamp": time.time(), "retries": 0})
        place = queue if style == "flock" else queue + ".tmp"
        with open(place, "w") as file:
            json.dump(content, file)
        if place != queue:
            os.replace(place, queue)
    print("ready", flush=True)
    for number in range(60):
        while True:
            try:
                if style == "flock":
                    taken = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
                    try:
                        fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        os.close(taken)
                        raise FileExistsError
                else:
                    taken = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                    os.write(taken, str(os.getpid()).encode())
                break
            except FileExistsError:
                time.sleep(0.001)
        add(number)
        if style != "flock":
            os.unlink(lock)
        os.close(taken)
        time.sleep(random.random() * 0.004)
    open(directory + "/done", "w").close()
    """

  @Test("nothing is lost and nothing comes twice", arguments: ["flock", "rename"])
  func beside(_ style: String) throws {
    let isFlock = style == "flock"
    let scene = try WorkScene(queue: "{\"queue\": []}", lockStyle: isFlock ? .flock : .pidfile)
    if isFlock { try scene.directory.write("", to: "mem0_queue.lock") }
    let producer = try PythonChild(Self.program, arguments: [style, scene.directory.path])
    try #require(producer.firstLine == "ready")
    var ledger = WorkLedger(settings: scene.settings)
    var (delivered, open): ([String], [ClaimedItem]) = ([], [])
    let deadline = ContinuousClock.now + .seconds(60)
    var turnCount = 0
    while delivered.count < 60, ContinuousClock.now < deadline {
      let turn = try ledger.turn(
        settling: open.map { ($0, .delivered) },
        claiming: 7,
        now: WorkScene.now
      )
      delivered += turn.events.map { event in
        if case .synced(_, let id) = event { id } else { "not synced: \(event)" }
      }
      open = turn.claimed
      turnCount += 1
      poll(nil, 0, 1)
    }
    #expect(Set(delivered) == Set((0..<60).map { "\(style)-\($0)" }))
    #expect(delivered.count == 60)
    #expect(turnCount > 5)
    #expect(try scene.queueIDs.isEmpty)
  }
}
