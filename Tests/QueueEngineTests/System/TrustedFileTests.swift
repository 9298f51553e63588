import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Bad input 83 and its kind: what is reached by somebody else's link is neither read for a change nor
/// written, and root writes in somebody's directory what that person could write.
@Suite("Links and owners")
struct TrustedFileTests {
  private static let letters = #"{"items":[{"id":"a","content":"x"}]}"#
  private static let isRoot = geteuid() == 0

  private func log(_ scene: WorkScene) throws(SystemError) {
    try WorkerLog(settings: scene.settings).append(["$(touch /tmp/x)"])
  }

  private func metrics(_ scene: WorkScene) throws(ActionError) {
    let figures = MetricsFile.Figures(vpsStatus: nil, pending: 0, deadLetters: 0, synced: 0)
    try MetricsFile(settings: scene.settings).write(figures, now: WorkScene.now)
  }

  @Test("our own links are followed, to files that are ours")
  func ours() throws {
    let scene = try WorkScene(deadLetters: Self.letters)
    try scene.directory.write("old\n", to: "elsewhere/log")
    try scene.directory.write("{}", to: "elsewhere/metrics")
    mkdir(scene.directory.path("logs"), 0o700)
    try #require(symlink("../elsewhere/log", scene.settings.path(of: \.log)) == 0)
    try #require(symlink("elsewhere/metrics", scene.settings.path(of: \.metrics)) == 0)
    try log(scene)
    try metrics(scene)
    #expect(try scene.text(of: "elsewhere/log") == "old\n$(touch /tmp/x)\n")
    #expect(try scene.text(of: "elsewhere/metrics").contains("queue_size"))
  }

  @Test("a log of several names is not written")
  func severalNames() throws {
    let scene = try WorkScene()
    try scene.directory.write("echo\n", to: ".bashrc")
    mkdir(scene.directory.path("logs"), 0o700)
    try #require(link(scene.directory.path(".bashrc"), scene.settings.path(of: \.log)) == 0)
    #expect(throws: SystemError.self) { try log(scene) }
    #expect(try scene.text(of: ".bashrc") == "echo\n")
  }

  @Test("links of others are refused, for each file", .enabled(if: isRoot, "needs root"))
  func others() throws {
    let scene = try WorkScene()
    try scene.directory.write("{}", to: "target")
    try scene.directory.write(Self.letters, to: "letters")
    mkdir(scene.directory.path("logs"), 0o700)
    for (file, target) in [
      (\FileNames.log, "target"), (\.metrics, "target"), (\.deadLetters, "letters"),
    ] {
      let path = scene.settings.path(of: file)
      try #require(symlink(scene.directory.path(target), path) == 0)
      try #require(lchown(path, OrdinaryUser.id, OrdinaryUser.id) == 0)
    }
    #expect(throws: SystemError.self) { try log(scene) }
    let error = #expect(throws: ActionError.self) { try metrics(scene) }
    #expect(error?.description.contains("is a link of user") == true)
    #expect(throws: ActionError.self) {
      try DropItems(keys: [ItemKey(id: "a")]).perform(settings: scene.settings)
    }
    #expect(try (scene.text(of: "target"), scene.text(of: "letters")) == ("{}", Self.letters))
  }

  /// Each file that is shown is a link of theirs to what only root may read.
  @Test(
    "root shows of somebody's directory nothing that they may not read, and leaves nothing there",
    .enabled(if: isRoot, "needs root")
  )
  func shownAsTheOwner() throws {
    let scene = try WorkScene()
    let (user, directory) = (OrdinaryUser.id, scene.directory.path)
    let secret = try TemporaryDirectory()
    let text =
      #"{"queue":[{"id":"s","project_id":"p","content":"secret","emergency":true}],"items":[]}"#
    try secret.write(text + "\n", to: "secret")
    try #require(chmod(secret.path("secret"), 0o600) == 0)
    mkdir(scene.directory.path("logs"), 0o700)
    let names: [KeyPath<FileNames, String>] = [
      \.queue, \.deadLetters, \.metrics, \.log, \.emergency, \.lock,
    ]
    let paths = names.map { scene.settings.path(of: $0) }
    let stray = scene.directory.path("mem0_queue.sync-conflict-1.json")
    for path in paths + [stray] {
      unlink(path)
      try #require(symlink(secret.path("secret"), path) == 0)
    }
    for path in [directory, scene.directory.path("logs"), stray] + paths {
      try #require(lchown(path, user, user) == 0)
    }
    let before = try FileManager.default.subpathsOfDirectory(atPath: directory).sorted()
    var reader = SnapshotReader(settings: scene.settings, keepsCopies: true)
    let shown = reader.readSettled { SystemClock.now }
    let states = [shown.queue.state, shown.deadLetters.state, shown.metrics.state, shown.log.state]
    #expect(states == [.unreadable, .unreadable, .unreadable, .unreadable])
    #expect(shown.emergency.items == 0 && shown.strays.isEmpty)
    #expect(shown.lock.reason == .notRegular)
    let state = scene.settings.stateDirectory
    let kept = try FileManager.default.subpathsOfDirectory(atPath: state).filter {
      (try? String(contentsOfFile: state + "/" + $0, encoding: .utf8))?.contains("secret") == true
    }
    #expect(kept.isEmpty)
    let after = try FileManager.default.subpathsOfDirectory(atPath: directory).sorted()
    #expect(after.filter { !$0.hasPrefix(".state") } == before)
    // Their own files are shown to root.
    unlink(paths[0])
    try scene.directory.write(#"{"queue":[]}"#, to: scene.settings.files.queue)
    try #require(chown(paths[0], user, user) == 0 && chmod(paths[0], 0o600) == 0)
    #expect(reader.readSettled { SystemClock.now }.queue.state == .ok)
    #expect(geteuid() == 0 && access(secret.path("secret"), R_OK) == 0)
  }

  @Test(
    "root writes in somebody's directory nothing that they could not, and leaves nothing of root's",
    .enabled(if: isRoot, "needs root")
  )
  func asTheOwner() throws {
    let scene = try WorkScene(deadLetters: Self.letters)
    let (user, directory) = (OrdinaryUser.id, scene.directory.path)
    let rootFile = try TemporaryDirectory()
    try rootFile.write("echo\n", to: ".bashrc")
    mkdir(scene.directory.path("logs"), 0o700)
    try #require(symlink(rootFile.path(".bashrc"), scene.settings.path(of: \.log)) == 0)
    try rootFile.write("{}", to: "metrics")
    try #require(symlink(rootFile.path("metrics"), scene.settings.path(of: \.metrics)) == 0)
    for name in ["", "logs", "logs/mem0_worker.log", "mem0_metrics.json", "mem0_queue_dlq.json"] {
      try #require(lchown(directory + "/" + name, user, user) == 0)
    }
    #expect(throws: SystemError.self) { try log(scene) }
    #expect(throws: ActionError.self) { try metrics(scene) }
    #expect(try String(contentsOfFile: rootFile.path(".bashrc"), encoding: .utf8) == "echo\n")
    #expect(try String(contentsOfFile: rootFile.path("metrics"), encoding: .utf8) == "{}")
    _ = try DropItems(keys: [ItemKey(id: "a")]).perform(settings: scene.settings)
    _ = try UndoChange().perform(settings: scene.settings)
    var facts = stat()
    #expect(lstat(scene.settings.path(of: \.deadLetters), &facts) == 0 && facts.st_uid == user)
    // A directory that is closed to its owner is closed to root in it.
    try #require(chmod(directory, 0o500) == 0)
    #expect(throws: ActionError.self) {
      try DropItems(keys: [ItemKey(id: "a")]).perform(settings: scene.settings)
    }
    #expect(geteuid() == 0 && access(rootFile.path(".bashrc"), W_OK) == 0)
  }
}
