import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What a killed writer of ours has left is cleared away by whoever changes the files next.
@Suite("Leftovers")
struct LeftoverTests {
  /// Who changes files.
  enum Actor: CaseIterable {
    case action, worker

    func work(on scene: WorkScene) throws {
      switch self {
      case .action:
        let retry = RetryItems(keys: [ItemKey(id: "d")])
        #expect(try retry.perform(settings: scene.settings).changed == 1)
      case .worker:
        var ledger = WorkLedger(settings: scene.settings)
        _ = try ledger.turn(settling: [], claiming: 0, now: WorkScene.now)
      }
    }
  }

  private let scene: WorkScene
  private let state: StateDirectory

  init() throws {
    let letters = #"{"items":[{"id":"d","content":"x","retry_count":3,"last_attempt":1700000000}]}"#
    scene = try WorkScene(queue: #"{"queue":[]}"#, deadLetters: letters)
    let settings = scene.settings
    state = StateDirectory(settings: settings)
    try state.create()
  }

  @Test(arguments: Actor.allCases)
  func oldDraftsGoAndYoungOnesStay(actor: Actor) throws {
    let old = [".mem0top-12ab", ".mem0top-0"].map(scene.directory.path)
    let learned = state.path(of: ".mem0top-12ab")
    let young = [scene.directory.path(".mem0top-12ad"), state.path(of: ".mem0top-12ad")]
    for path in old + [learned] { try leave(path, age: 120) }
    for path in young { try leave(path, age: 5) }
    try actor.work(on: scene)
    for path in old + [learned] { #expect(!exists(path), "\(path)") }
    for path in young { #expect(exists(path), "\(path)") }
  }

  /// What is learned of a lock, and cannot take its place, leaves nothing either.
  @Test func whatCannotBeSavedLeavesNoDraft() throws {
    try #require(mkdir(state.path(of: "lock.memory"), 0o700) == 0)
    let memory = LockSamples.memory(LockSamples.file("42", age: .zero))
    #expect(throws: SystemError.self) { try state.lockMemory.save(memory.text) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: state.path) == ["lock.memory"])
  }

  private func leave(_ path: String, age: Double) throws {
    try Data("{".utf8).write(to: URL(filePath: path))
    let date = Date(timeIntervalSinceNow: -age)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
  }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
