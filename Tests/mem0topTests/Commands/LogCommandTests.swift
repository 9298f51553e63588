import Foundation
import TestSupport
import Testing

/// `log` and `metrics`: what the worker wrote, made safe to show.
struct LogCommandTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
  }

  private func writeLog(_ lines: ClosedRange<Int>) throws {
    let text = lines.map { "line \($0)\n" }.joined()
    try directory.write(text, to: WatchedDirectory.log)
  }

  @Test func theLastLinesAreShown() async throws {
    try writeLog(1...100)
    let some = try await program.run("log", "-n", "3")
    #expect(some.output == "line 98\nline 99\nline 100\n")
    let standard = try await program.run("log")
    #expect(standard.output.split(separator: "\n").count == 20)
    #expect(try await program.run("log", "-n", "0").output.isEmpty)
    #expect(try await program.run("log", "-n", "1001").status == 64)
  }

  @Test func noControlReachesTheTerminal() async throws {
    try directory.write("a\u{1B}]52;c;x\u{7}b\u{202E}\r\n", to: WatchedDirectory.log)
    let outcome = try await program.run("log")
    #expect(outcome.output.hasPrefix("a\u{241B}]52;c;x\u{2407}b"))
    #expect(!outcome.output.contains("\u{1B}"))
    #expect(!outcome.output.contains("\u{202E}"))
  }

  @Test func withoutALogItSaysSo() async throws {
    let outcome = try await program.run("log")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains("There is no log"))
  }

  @Test func allOfItIsSearched() async throws {
    let noise = (1...20_000).map { "line \($0)\n" }.joined()
    try directory.write("Needle first\n\(noise)needle last\n", to: WatchedDirectory.log)
    let both = try await program.run("log", "--grep", "NEEDLE")
    #expect(both.output == "Needle first\nneedle last\n")
    #expect(try await program.run("log", "--grep", "needle", "-n", "1").output == "needle last\n")
    let none = try await program.run("log", "--grep", "nowhere")
    #expect(none.status == 0 && none.output.isEmpty)
  }

  @Test func onlyWhatIsYoungEnoughIsShown() async throws {
    let now = Date()
    let stamps = [7200, 1800, 60].map { now.addingTimeInterval(-Double($0)).formatted(.iso8601) }
    let lines = zip(stamps, ["old", "young", "new"]).map { "\($0) \($1)\n" }
    try directory.write(lines.joined(), to: WatchedDirectory.log)
    #expect(try await program.run("log", "--since", "1h").output == lines[1] + lines[2])
    #expect(try await program.run("log", "--since", "1h", "--grep", "NEW").output == lines[2])
    #expect(try await program.run("log", "--since", "soon").status == 64)
  }

  @Test func programsGetJSON() async throws {
    try directory.write("✅ Synced: web (ID: 3f2a91c0...)\nother\u{1B}\n", to: WatchedDirectory.log)
    let lines = try await program.run("log", "--json").json()["lines"] as? [[String: Any]]
    #expect(lines?.map { $0["kind"] as? String } == ["synced", "other"])
    #expect(lines?[0]["id"] as? String == "3f2a91c0" && lines?[0]["time"] is NSNull)
  }

  @Test func aSearchGoesOnWithWhatIsAdded() throws {
    try directory.write("needle 1\nhay\nneedle 2, no end", to: WatchedDirectory.log)
    let child = Process()
    let output = Pipe()
    child.executableURL = URL(filePath: Program.path)
    child.arguments = ["log", "-f", "--grep", "Needle", "--json"]
    child.environment = ["HOME": program.home.path, "SWIFT_BACKTRACE": "enable=no"]
    child.standardOutput = output
    try child.run()
    defer {
      child.terminate()
      child.waitUntilExit()
    }
    let handle = output.fileHandleForReading
    #expect(text(from: handle, until: "}\n").contains(#""text":"needle 1""#))
    try directory.append(" yet\nhay\nneedle 3\n", to: WatchedDirectory.log)
    let rest = text(from: handle, until: #"needle 3","time":null}],"schema":1}"# + "\n")
    #expect(rest.contains("needle 2, no end yet") && !rest.contains("hay"))
  }

  @Test func itFollowsAndSurvivesARotation() throws {
    try writeLog(1...5)
    let child = Process()
    let output = Pipe()
    child.executableURL = URL(filePath: Program.path)
    child.arguments = ["log", "-n", "1", "--follow"]
    child.environment = ["HOME": program.home.path, "SWIFT_BACKTRACE": "enable=no"]
    child.standardOutput = output
    try child.run()
    defer {
      child.terminate()
      child.waitUntilExit()
    }
    let handle = output.fileHandleForReading
    #expect(text(from: handle, until: "line 5\n") == "line 5\n")
    try directory.append("line 6\nhalf", to: WatchedDirectory.log)
    #expect(text(from: handle, until: "line 6\n") == "line 6\n")
    try directory.append(" and half\n", to: WatchedDirectory.log)
    #expect(text(from: handle, until: "half\n") == "half and half\n")
    try FileManager.default.moveItem(
      atPath: directory.path(of: WatchedDirectory.log),
      toPath: directory.path(of: WatchedDirectory.log) + ".1"
    )
    try directory.write("line 7\n", to: WatchedDirectory.log)
    #expect(text(from: handle, until: "line 7\n") == "line 7\n")
  }

  /// What comes until it ends so, for twenty seconds at most.
  private func text(from handle: FileHandle, until end: String) -> String {
    var bytes = Data()
    let deadline = ContinuousClock.now + .seconds(20)
    var waiting = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while ContinuousClock.now < deadline, !bytes.suffix(end.utf8.count).elementsEqual(end.utf8) {
      if poll(&waiting, 1, 100) == 1 { bytes += handle.availableData }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func metricsStandBesideWhatTheFilesHold() async throws {
    try directory.write(#"{"queue":[{"id":"a"},{"id":"b"}]}"#, to: WatchedDirectory.queue)
    try directory.write(
      #"{"last_update":"2026-01-01T04:30:12","vps_status":"down","queue_size":0,"total_synced":103}"#,
      to: "mem0_metrics.json"
    )
    let outcome = try await program.run("metrics", "--json")
    #expect(outcome.status == 0)
    let report = try outcome.json()
    let worker = try #require(report["worker"] as? [String: Any])
    #expect(worker["vps_status"] as? String == "down")
    #expect(worker["queue_size"] as? Int == 0)
    #expect(worker["dlq_size"] is NSNull)
    #expect(worker["total_synced"] as? Int == 103)
    #expect(report["pending"] as? Int == 2)
    #expect(report["dlq"] is NSNull)
    let text = try await program.run("metrics").output
    #expect(text.contains(/queue +0 +2/))
    #expect(text.contains("The worker wrote this "))
  }

  @Test func metricsThatDoNotParseAreTold() async throws {
    try directory.write(#"{"vps_status":"#, to: "mem0_metrics.json")
    let outcome = try await program.run("metrics")
    #expect(outcome.status == 1)
    #expect(outcome.complaint.contains("mem0_metrics.json"))
    let report = try await program.run("metrics", "--json").json()
    #expect(report["state"] as? String == "corrupt")
  }
}
