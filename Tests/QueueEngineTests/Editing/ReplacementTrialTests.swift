import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// Bad input 92: nothing is claimed that could not be acknowledged, tried with real mounts, flags and users.
@Suite("Trial before a claim", .serialized)
struct ReplacementTrialTests {
  private static let isRoot = geteuid() == 0

  private func scene() throws -> WorkScene {
    try WorkScene(
      queue: WorkScene.queue(["a", "b"]),
      deadLetters: "{\"items\":[\(WorkScene.item("d", more: ",\"last_attempt\":0"))]}"
    )
  }

  private func claims(_ scene: WorkScene) throws -> (ids: [String], causes: [String]) {
    var ledger = WorkLedger(settings: scene.settings)
    let turn = try ledger.turn(settling: [], claiming: 9, now: WorkScene.now)
    return (turn.claimed.map(\.memory.id), turn.obstacles.map { "\($0.list) \($0.cause)" })
  }

  @Test("files that can be replaced have no obstacle, and the trial leaves nothing")
  func free() throws {
    let scene = try scene()
    let before = try FileManager.default.contentsOfDirectory(atPath: scene.directory.path)
    for list in ListFile.allCases {
      #expect(ReplacementTrial(list, settings: scene.settings).obstacle() == nil)
      #expect(ReplacementTrial(list, settings: scene.settings).visibleObstacle == nil)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scene.directory.path) == before)
    #expect(try claims(scene).ids == ["a", "b", "d"])
  }

  @Test("a file with two names: it is left alone, and the other list is sent all the same")
  func hardLinks() throws {
    for list in ListFile.allCases {
      let scene = try scene()
      let path = scene.settings.path(of: list.file)
      try FileManager.default.linkItem(atPath: path, toPath: path + ".second")
      let found = ReplacementTrial(list, settings: scene.settings)
      #expect(found.obstacle()?.cause == .links && found.visibleObstacle?.cause == .links)
      #expect(try claims(scene).ids == (list == .queue ? ["d"] : ["a", "b"]))
    }
  }

  @Test("a file that is mounted by itself", .enabled(if: isRoot, "needs root"))
  func bindMount() throws {
    let scene = try scene()
    let path = scene.settings.path(of: \.queue)
    try #require(mount(path, path, nil, UInt(MS_BIND), nil) == 0)
    defer { umount(path) }
    let found = ReplacementTrial(.queue, settings: scene.settings)
    #expect(found.obstacle()?.cause == .mount && found.visibleObstacle?.cause == .mount)
    #expect(try claims(scene) == (["d"], ["queue mount"]))
    #expect(try ClaimRecord.obstacles(in: scene.settings).map(\.cause) == [.mount])
    try #require(umount(path) == 0)
    #expect(try claims(scene).ids == ["a", "b", "d"])
    #expect(try ClaimRecord.obstacles(in: scene.settings).isEmpty)
  }

  @Test("an immutable file, and an immutable directory", .enabled(if: isRoot, "needs root"))
  func immutable() throws {
    let scene = try scene()
    for path in [scene.settings.path(of: \.deadLetters), scene.directory.path] {
      guard Self.run("chattr", "+i", path) == 0 else { continue }
      defer { _ = Self.run("chattr", "-i", path) }
      let found = ReplacementTrial(.deadLetters, settings: scene.settings)
      #expect(found.obstacle()?.cause == .flag && found.visibleObstacle?.cause == .flag)
    }
  }

  @Test(
    "another user's file in a sticky directory, and a directory that is closed",
    .enabled(if: isRoot, "needs root")
  )
  func otherUsers() throws {
    let scene = try scene()
    let path = scene.settings.path(of: \.queue)
    try #require(chown(path, 4242, 4242) == 0 && chown(scene.directory.path, 0, 0) == 0)
    try #require(chmod(scene.directory.path, 0o1777) == 0 && chmod(path, 0o666) == 0)
    let trial = ReplacementTrial(.queue, settings: scene.settings)
    #expect(trial.obstacle() == nil)
    #expect(try asUser(4343) { trial.obstacle()?.cause } == .owner)
    #expect(try asUser(4242) { trial.obstacle()?.cause } == nil)
    try #require(chmod(scene.directory.path, 0o755) == 0)
    #expect(try asUser(4242) { trial.obstacle()?.cause } == .directory)
    #expect(trial.visibleObstacle == nil)
  }

  @Test("a full disk, and a read-only one", .enabled(if: isRoot, "needs root"))
  func disks() throws {
    let scene = try scene()
    let place = scene.directory.path("disk")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try #require(mount("none", place, "tmpfs", 0, "size=128k") == 0)
    defer { umount2(place, Int32(MNT_DETACH)) }
    var settings = scene.settings
    settings.files.queue = "disk/q.json"
    try scene.directory.write(WorkScene.queue(["a"]), to: "disk/q.json")
    #expect(ReplacementTrial(.queue, settings: settings).obstacle()?.cause == .disk)
    try #require(mount("none", place, nil, UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
    #expect(ReplacementTrial(.queue, settings: settings).obstacle()?.cause == .mount)
  }

  /// Does it as another user as far as files go; both belong to this thread alone.
  private func asUser<Result>(_ user: uid_t, _ body: () throws -> Result) throws -> Result {
    let file = FileUser(user: user, group: user)
    file.enter()
    defer { file.leave() }
    return try body()
  }

  private static func run(_ arguments: String...) -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      return -1
    }
    process.waitUntilExit()
    return process.terminationStatus
  }
}
