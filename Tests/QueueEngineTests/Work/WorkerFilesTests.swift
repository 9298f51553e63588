import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// The instance lock, the log and the metrics of a worker.
@Suite("Files of a worker")
struct WorkerFilesTests {
  @Test("one worker of ours at a time; the second is told who the first is")
  func instanceLock() throws {
    let scene = try WorkScene()
    let first = try WorkerInstanceLock.acquire(settings: scene.settings)
    var refusal: String?
    do throws(ActionError) {
      try WorkerInstanceLock.acquire(settings: scene.settings).release()
    } catch {
      refusal = error.description
    }
    #expect(refusal?.contains("Another mem0top worker (pid \(getpid())) is delivering") == true)
    first.release()
    try WorkerInstanceLock.acquire(settings: scene.settings).release()
  }

  @Test("two mount paths, links and state directories are one instance (bad input 98)")
  func oneInstance() throws {
    let scene = try WorkScene()
    let first = try WorkerInstanceLock.acquire(settings: scene.settings)
    let other = try TemporaryDirectory()
    var ways = [scene.directory.path + "/../" + String(PathText(scene.directory.path).name)]
    try #require(symlink(scene.directory.path, other.path("link")) == 0)
    ways.append(other.path("link"))
    let mountPoint = other.path("mount")
    mkdir(mountPoint, 0o700)
    let isMounted = mount(scene.directory.path, mountPoint, nil, UInt(MS_BIND), nil) == 0
    defer { if isMounted { umount(mountPoint) } }
    if isMounted { ways.append(mountPoint) }
    for way in ways {
      let settings = EngineSettings(directory: way, stateDirectory: other.path("state"))
      #expect(throws: ActionError.self) {
        try WorkerInstanceLock.acquire(settings: settings).release()
      }
    }
    first.release()
    for way in ways {
      let settings = EngineSettings(directory: way, stateDirectory: other.path("state"))
      try WorkerInstanceLock.acquire(settings: settings).release()
    }
  }

  @Test("a queue that we make has all that other programs count in (bad input 99)")
  func skeleton() throws {
    let scene = try WorkScene()
    let memory = NewMemory(project: "p", content: "c")
    _ = try EnqueueMemories(memories: [memory]).perform(settings: scene.settings)
    let root = try JSONSerialization.jsonObject(with: Data(scene.queueText.utf8)) as? [String: Any]
    #expect(Set(try #require(root).keys) == ["queue", "last_100", "failed", "stats"])
    let stats = try #require(root?["stats"] as? [String: Any])
    #expect(Set(stats.keys) == ["total_queued", "total_synced", "total_failed", "last_sync"])
    #expect(stats["total_queued"] as? Int == 1 && stats["total_failed"] as? Int == 0)
    #expect((root?["queue"] as? [[String: Any]])?.first?["retries"] as? Int == 0)
    // A program that counts without asking, as the worker that is out there does.
    let counting = """
      import json, sys
      content = json.load(open(sys.argv[1]))
      content["stats"]["total_synced"] += 1
      content["queue"][0]["retries"] += 1
      content["last_100"].append(content["queue"][0]); content["failed"] += []
      json.dump(content, open(sys.argv[1], "w")); print("counted")
      """
    let child = try PythonChild(counting, scene.settings.path(of: \.queue))
    #expect(child.firstLine == "counted")
    child.finish()
    // So has one that is rebuilt from what can be read of it.
    try scene.directory.write("{\"queue\":[\(WorkScene.item("a"))", to: "mem0_queue.json")
    for copy in try CopyStore(settings: scene.settings).copies() {
      try CopyStore(settings: scene.settings).remove(copy)
    }
    _ = try RecoverFile(.queue).perform(settings: scene.settings)
    #expect(try scene.queueText.contains("\"last_100\": [], \"failed\": [], \"stats\""))
  }

  @Test("the log is appended to, made where it is missing, and survives rotation")
  func log() throws {
    let scene = try WorkScene()
    let log = WorkerLog(settings: scene.settings)
    try log.append(["⏸️ Waiting backoff: p (retry in 3s)", "a\u{1B}[2J\nb\u{202E}"])
    let path = scene.settings.path(of: \.log)
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    try log.append([])
    #expect(!FileManager.default.fileExists(atPath: path))
    try log.append(["one"])
    try log.append(["two"])
    #expect(try scene.text(of: "logs/mem0_worker.log") == "one\ntwo\n")
    #expect(
      try scene.text(of: "logs/mem0_worker.log.1")
        == "⏸️ Waiting backoff: p (retry in 3s)\na␛[2J␊b‹U+202E›\n"
    )
    #expect(try FileStamp.at(path).mode & 0o777 == 0o600)
    #expect(try FileStamp.at(scene.directory.path("logs")).mode & 0o777 == 0o700)
  }

  @Test("metrics are created, and then updated without a change to what we do not know")
  func metrics() throws {
    let scene = try WorkScene()
    let file = MetricsFile(settings: scene.settings)
    var figures = MetricsFile.Figures(vpsStatus: "healthy", pending: 3, deadLetters: 1, synced: 5)
    try file.write(figures, now: WorkScene.now)
    let time = TimeToken.local(WorkScene.now)
    #expect(
      try scene.text(of: "mem0_metrics.json") == """
        {"last_update": "\(time)", "vps_status": "healthy", "queue_size": 3, "dlq_size": 1, \
        "total_synced": 5}
        """
    )
    let before = "{\"x\":1.0, \"vps_status\" : \"down\", \"total_synced\":7,\n \"queue_size\":9}"
    try scene.directory.write(before, to: "mem0_metrics.json")
    figures.vpsStatus = nil
    try file.write(figures, now: WorkScene.now)
    #expect(
      try scene.text(of: "mem0_metrics.json") == """
        {"x":1.0, "vps_status" : "down", "total_synced":12,
         "queue_size":3,
         "last_update":"\(time)",
         "dlq_size":1}
        """
    )
    figures.totals = QueueTotals(queued: 40, synced: 30)
    try file.write(figures, now: WorkScene.now)
    #expect(try scene.text(of: "mem0_metrics.json").contains("\"total_synced\":30"))
    #expect(try scene.text(of: "mem0_metrics.json").contains("\"total_queued\":40"))
  }

  @Test("metrics that do not parse are left alone, and that is said")
  func corruptMetrics() throws {
    let scene = try WorkScene()
    try scene.directory.write("{\"queue_size\":", to: "mem0_metrics.json")
    let figures = MetricsFile.Figures(vpsStatus: nil, pending: 0, deadLetters: 0, synced: 0)
    #expect {
      try MetricsFile(settings: scene.settings).write(figures, now: WorkScene.now)
    } throws: { error in
      "\(error)".contains("mem0_metrics.json does not parse at byte 14")
    }
    #expect(try scene.text(of: "mem0_metrics.json") == "{\"queue_size\":")
  }
}
