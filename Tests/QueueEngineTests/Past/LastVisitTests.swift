import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// How things stood is kept for a later session.
struct LastVisitFileTests {
  @Test func whatIsKeptIsRead() throws {
    let root = try TemporaryDirectory()
    let settings = EngineSettings(directory: root.path, stateDirectory: root.path("state"))
    #expect(LastVisit(settings: settings).read().isEmpty)
    let seen = ["VPS": "api up;sync \u{1B}[31mdown", "Queue": "ok 36"]
    try LastVisit(settings: settings).write(seen)
    let read = LastVisit(settings: settings).read()
    #expect(read["Queue"] == "ok 36")
    #expect(read["VPS"]?.contains("\u{1B}") == false)
  }
}
