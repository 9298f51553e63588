import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// How things stood is kept for a later session.
struct LastLookFileTests {
  @Test func whatIsKeptIsRead() throws {
    let root = try TemporaryDirectory()
    let settings = EngineSettings(directory: root.path, stateDirectory: root.path("state"))
    #expect(LastLook(settings: settings).read().isEmpty)
    let seen = ["VPS": "api up;sync \u{1B}[31mdown", "Queue": "ok 36"]
    try LastLook(settings: settings).write(seen)
    let read = LastLook(settings: settings).read()
    #expect(read["Queue"] == "ok 36")
    #expect(read["VPS"]?.contains("\u{1B}") == false)
  }
}
