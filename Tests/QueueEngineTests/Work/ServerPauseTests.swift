import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// A server that has asked to be left alone is, also by the next program.
struct ServerPauseTests {
  private static let now = Timestamp(1_732_945_700)
  private let directory: TemporaryDirectory
  private let settings: EngineSettings

  init() throws {
    directory = try TemporaryDirectory()
    settings = EngineSettings(directory: directory.path, stateDirectory: directory.path("state"))
  }

  private func pause(_ address: String = "http://127.0.0.1:1") -> ServerPause {
    ServerPause(settings: settings, address: address)
  }

  @Test func itEndsByTheClock() throws {
    #expect(pause().remaining(now: Self.now) == nil)
    try pause().begin(.seconds(3600), now: Self.now)
    #expect(pause().remaining(now: Self.now + .seconds(60)) == .seconds(3540))
    #expect(pause().remaining(now: Self.now + .seconds(3600)) == nil)
  }

  @Test func anotherServerHasNotAskedForIt() throws {
    try pause().begin(.seconds(3600), now: Self.now)
    #expect(pause("http://127.0.0.1:2").remaining(now: Self.now) == nil)
  }

  /// Neither a server nor a clock that was set back keeps a worker away for ever.
  @Test func itLastsADayAtMost() throws {
    try pause().begin(.seconds(1_000_000_000), now: Self.now)
    #expect(pause().remaining(now: Self.now) == .seconds(86_400))
    #expect(pause().remaining(now: Self.now - .seconds(86_400)) == nil)
  }

  @Test func aDamagedNoteIsNone() throws {
    try pause().begin(.seconds(3600), now: Self.now)
    let path = StateDirectory(settings: settings).path(of: "server.pause")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for length in 0..<(text.utf8.count) {
      try Data(text.utf8.prefix(length)).write(to: URL(filePath: path))
      #expect(pause().remaining(now: Self.now) == nil, "\(length) bytes")
    }
  }
}
