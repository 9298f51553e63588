import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// Whatever drives the real program in a real terminal: one at a time, so that deadlines mean something.
@Suite(.serialized, .tags(.alone)) enum Robots {
  /// Opens the dashboard on the files of the incident, with a server that is up, and ends both.
  static func onTheIncident(
    columns: Int = 120,
    rows: Int = 34,
    environment: [String: String] = [:],
    _ play: (TmuxSession, WatchedDirectory) async throws -> Void
  ) async throws {
    let receiver = try await DemoReceiver.start()
    let endpoints = receiver.endpoints.map { "{ name = \"\($0.name)\", url = \"\($0.url)\" }" }
    let server = ["MEM0TOP_SERVER_HEALTH": "[\(endpoints.joined(separator: ", "))]"]
    do {
      var directory: WatchedDirectory?
      let session = try TmuxSession(
        columns: columns,
        rows: rows,
        environment: server.merging(environment) { $1 }
      ) { home in
        let watched = try WatchedDirectory(in: home)
        try watched.writeIncident()
        directory = watched
      }
      try await play(session, try #require(directory))
    } catch {
      await receiver.stop()
      throw error
    }
    await receiver.stop()
  }

  /// Opens the dashboard on a directory of its own.
  static func onFiles(
    environment: [String: String] = [:],
    _ prepare: (WatchedDirectory) throws -> Void
  ) throws -> (TmuxSession, WatchedDirectory) {
    var directory: WatchedDirectory?
    let session = try TmuxSession(environment: environment) { home in
      let watched = try WatchedDirectory(in: home)
      try prepare(watched)
      directory = watched
    }
    return (session, try #require(directory))
  }

  /// A queue with so many items.
  static func queue(of count: Int) -> String {
    let items = (0..<count).map {
      #"{"id":"q\#($0)","project_id":"p","content":"x","timestamp":1}"#
    }
    return #"{"queue":[\#(items.joined(separator: ","))]}"#
  }

  /// Which row of the dead letters is selected, the first being 0; `nil` where none is seen.
  static func selectedRow(_ screen: String) -> Int? {
    let lines = screen.split(separator: "\n")
    guard let head = lines.firstIndex(where: { $0.contains("NEXT RETRY") }),
      let row = lines.firstIndex(where: { $0.contains("▌") })
    else { return nil }
    return row - head - 1
  }

  /// The id of the selected dead letter, as much of it as the list shows.
  static func selectedID(_ screen: String) -> String? {
    screen.firstMatch(of: /▌[^0-9a-z]*([0-9a-z]{8})/).map { String($0.1) }
  }
}
