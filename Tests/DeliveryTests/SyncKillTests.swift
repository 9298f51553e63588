import DemoWorld
import Foundation
import Mem0Client
import QueueEngine
import SyncWorker
import TestSupport
import Testing

/// The real worker, ended in the middle of its work.
@Suite(.tags(.alone)) struct SyncKillTests {
  private static let count = 600
  private static let kills = 25
  /// What may be unacknowledged at any time, so what a kill may cost in duplicates.
  private static let window = 64

  @Test(arguments: [ServerAPI.bridge, .mem0], [UInt64(0x5EED)])
  func killedAtRandomMomentsItLosesNothing(api: ServerAPI, seed: UInt64) async throws {
    try await SyncScene.play(api, latency: .milliseconds(10) ... .milliseconds(25)) { scene in
      print("\(api.rawValue): seed \(seed)")
      try scene.queue(Self.count, projects: 8)
      var random = SeededGenerator(seed: seed)
      for _ in 1...Self.kills {
        let worker = try WorkerProgram("sync", in: scene)
        // Some die while they start, most while they deliver.
        if Int.random(in: 0..<5, using: &random) > 0 { try await awaitDelivery(by: worker, scene) }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<60, using: &random)))
        worker.send(SIGKILL)
        _ = try await worker.end()
        #expect(try lost(of: Self.count, in: scene) == 0)
        if scene.hasLock { _ = try ClearLock().run(settings: scene.settings, origin: .command) }
      }
      #expect(try await scene.sync().isSuccess)
      #expect(try scene.queued.isEmpty && scene.letters.isEmpty)
      let deliveries = scene.receiver.deliveries
      #expect(deliveries.count == Self.count)
      let duplicates = duplicates(in: scene)
      print("\(api.rawValue): \(duplicates) duplicates after \(Self.kills) kills")
      #expect(duplicates <= Self.mostDuplicates(api, kills: Self.kills))
    }
  }

  /// The harness itself: who acknowledges before the work loses, who does so after all of it doubles.
  @Test(arguments: ["first", "last"])
  func theNaiveWayIsCaught(acknowledging moment: String) async throws {
    try await SyncScene.play(latency: .zero ... .zero) { scene in
      let (count, kills) = (2_000, 3)
      try scene.queue(count)
      try scene.write(Self.naiveWorker, to: "naive.py")
      for _ in 1...kills {
        let arguments = [scene.path, scene.receiver.url, moment]
        let worker = try WorkerProgram(script: scene.path + "/naive.py", arguments)
        try await awaitDelivery(of: Self.window * 2, by: worker, scene)
        worker.send(SIGKILL)
        _ = try await worker.end()
      }
      let (lost, duplicates) = try (lost(of: count, in: scene), duplicates(in: scene))
      print("naive kills, acknowledging \(moment): \(lost) lost, \(duplicates) duplicates")
      if moment == "first" {
        #expect(lost > 0)
      } else {
        #expect(duplicates > Self.mostDuplicates(.bridge, kills: kills))
      }
    }
  }

  /// Delivers all that the queue holds, and empties it in one go.
  private static let naiveWorker = """
    import json, os, sys, urllib.request
    folder, server, moment = sys.argv[1:]
    path = folder + "/mem0_queue.json"
    with open(path) as file: data = json.load(file)

    def acknowledge():
        with open(path + ".new", "w") as file: json.dump({"queue": []}, file)
        os.replace(path + ".new", path)

    if moment == "first": acknowledge()
    for item in data["queue"]:
        body = json.dumps({"user_id": item["project_id"], "content": item["content"]}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": item["id"]}
        urllib.request.urlopen(urllib.request.Request(server + "/memory", body, headers)).read()
    if moment == "last": acknowledge()
    """

  /// What kills may cost: nothing where the server lets us look up what it has.
  private static func mostDuplicates(_ api: ServerAPI, kills: Int) -> Int {
    api == .mem0 ? 0 : kills * window
  }

  private func duplicates(in scene: SyncScene) -> Int {
    scene.receiver.deliveries.values.reduce(0) { $0 + $1 - 1 }
  }

  /// How many memories are neither in a file nor at the server.
  private func lost(of count: Int, in scene: SyncScene) throws -> Int {
    let stored = Set(scene.receiver.stored.map(\.id))
    let kept = try (scene.queued + scene.letters).compactMap { $0["id"] as? String }
    return count - stored.union(kept).count
  }

  private func awaitDelivery(
    of count: Int = 1,
    by worker: WorkerProgram,
    _ scene: SyncScene
  ) async throws {
    let wanted = scene.receiver.stored.count + count
    let deadline = ContinuousClock.now + .seconds(20)
    while scene.receiver.stored.count < wanted, worker.isRunning, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func askedToEndItLeavesNothingLockedAndNothingUnacknowledged(signal: Int32) async throws {
    try await SyncScene.play(latency: .milliseconds(20) ... .milliseconds(20)) { scene in
      try scene.queue(400, projects: 8)
      let worker = try WorkerProgram("sync", in: scene)
      try await awaitDelivery(by: worker, scene)
      worker.send(signal)
      #expect(try await worker.end() == 128 + signal)
      #expect(!scene.hasLock)
      let stored = scene.receiver.stored.count
      #expect(try stored > 0 && scene.queued.count == 400 - stored)
    }
  }

  @Test func aDaemonEndsWellAndWakesWhenTheQueueChanges() async throws {
    try await SyncScene.play { scene in
      try scene.queue(3)
      let daemon = try WorkerProgram("sync", "--watch", "--interval", "1h", in: scene)
      try await awaitStored(3, in: scene)
      try scene.write(
        #"{"queue":[{"id":"late","project_id":"p","content":"more"}]}"#,
        to: "mem0_queue.json"
      )
      try await awaitStored(4, in: scene)
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
      #expect(!scene.hasLock)
      #expect(try scene.queued.isEmpty)
    }
  }

  private func awaitStored(_ count: Int, in scene: SyncScene) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try scene.receiver.stored.count < count || !scene.queued.isEmpty {
      try #require(ContinuousClock.now < deadline, "\(scene.receiver.stored.count) stored")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Adds items as a hook does: under the lock, in place or by temp and rename.
  private static let producer = """
    import fcntl, json, os, sys, time
    folder, name, count, style = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    queue = folder + "/mem0_queue.json"
    for n in range(count):
        with open(folder + "/mem0_queue.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with open(queue) as f: data = json.load(f)
            data["queue"].append({"id": "%s-%d" % (name, n), "project_id": name, "content": "é %d" % n})
            target = queue + "." + name if style == "rename" else queue
            with open(target, "w") as f: json.dump(data, f)
            if style == "rename": os.replace(target, queue)
        time.sleep(0.01)
    """

  @Test func producersBesideItLoseNothingAndNothingComesTwice() async throws {
    try await SyncScene.play { scene in
      try scene.write(#"{"queue": []}"#, to: "mem0_queue.json")
      try scene.write("", to: "mem0_queue.lock")
      let daemon = try WorkerProgram("sync", "--watch", in: scene, lockStyle: "flock")
      let producers = try ["place", "rename"].map { style in
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
          "python3", "-c", Self.producer, scene.path, "by-" + style, "80", style,
        ]
        try process.run()
        return process
      }
      for producer in producers {
        let deadline = ContinuousClock.now + .seconds(40)
        while producer.isRunning, ContinuousClock.now < deadline {
          try await Task.sleep(for: .milliseconds(5))
        }
        #expect(!producer.isRunning && producer.terminationStatus == 0)
      }
      try await awaitStored(160, in: scene)
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
      #expect(scene.receiver.deliveries.count == 160)
      #expect(scene.receiver.deliveries.values.allSatisfy { $0 == 1 })
      let lock = open(scene.path + "/mem0_queue.lock", O_RDWR)
      defer { close(lock) }
      #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    }
  }
}
