import Foundation
import TestSupport
import Testing

/// Every way out says the same of the same files at the same moment, from an empty state directory and
/// in any time zone.
@Suite(.tags(.alone)) struct OneTruthTests {
  /// A world of files, and what must be found in it.
  struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    /// The verdict's code.
    let verdict: String
    let write: @Sendable (WatchedDirectory) throws -> Void
    var testDescription: String { name }
  }

  private static let zones = ["UTC", "Asia/Tokyo", "America/Los_Angeles"]

  /// A time as a worker in UTC writes it, without a zone.
  static func stamp(ago seconds: Int) -> String {
    let formatter = ISO8601DateFormatter()
    let moment = Date(timeIntervalSinceNow: Double(-seconds))
    return formatter.string(from: moment).replacing("T", with: " ").replacing("Z", with: "")
  }

  static func queue(_ ages: [Int], retries: Int = 0) -> String {
    let now = Date().timeIntervalSince1970
    let items = ages.enumerated().map { number, age in
      """
      {"id":"item-\(number)","project_id":"web","content":"c","timestamp":\(now - Double(age)),\
      "retries":\(retries)}
      """
    }
    return "{\"queue\":[\(items.joined(separator: ","))]}"
  }

  static func run(ago seconds: Int) -> [String] {
    [
      "\(stamp(ago: seconds + 2)) ✅ Synced: web (ID: 3f2a91c0...)",
      "\(stamp(ago: seconds)) ✨ Worker done:", "   Queue: 0 pending", "   Failed: 0 failed",
    ]
  }

  static let scenes = [
    Scene(name: "the incident", verdict: "stale_lock") { directory in
      try directory.write(queue([11_000, 600]), to: WatchedDirectory.queue)
      try directory.abandonLock(age: .seconds(11_220))
      let refusals = (0..<18).reversed().map {
        "\(stamp(ago: 190 + 600 * $0)) Could not acquire queue lock (timeout)"
      }
      let lines = run(ago: 11_800) + refusals
      try directory.write(
        lines.joined(separator: "\n") + "\n",
        to: WatchedDirectory.log,
        age: .seconds(190)
      )
    },
    Scene(name: "calm", verdict: "all_clear") { directory in
      try directory.write(queue([95]), to: WatchedDirectory.queue)
      let lines = run(ago: 734) + run(ago: 134)
      try directory.write(
        lines.joined(separator: "\n") + "\n",
        to: WatchedDirectory.log,
        age: .seconds(134)
      )
    },
    Scene(name: "a worker that fails in each run", verdict: "no_progress") { directory in
      try directory.write(queue([8000, 600]), to: WatchedDirectory.queue)
      let lines = Array(repeating: "❌ Worker error: 'retries'", count: 12)
      try directory.write(lines.joined(separator: "\n") + "\n", to: WatchedDirectory.log)
    },
    Scene(name: "a dead endpoint without a server set", verdict: "no_progress") { directory in
      try directory.write(queue([3000, 600], retries: 3), to: WatchedDirectory.queue)
      let failure = ["⚠️ Upload failed: Connection refused", "⏳ Retry 3/5: web", "✨ Worker done:"]
      let lines = failure + failure + failure
      try directory.write(lines.joined(separator: "\n") + "\n", to: WatchedDirectory.log)
      try directory.write(
        #"{"vps_status":"down","last_update":"\#(stamp(ago: 0).replacing(" ", with: "T"))"}"#,
        to: "mem0_metrics.json"
      )
    },
    Scene(name: "dead letters of another shape", verdict: "dlq_corrupt") { directory in
      try directory.write(queue([]), to: WatchedDirectory.queue)
      try directory.write(#"[{"id":"a"}]"#, to: WatchedDirectory.deadLetters)
    },
    // Bad input 95: the bytes that were cut off come back as a hole of NULs before the next line.
    Scene(name: "a log that was copied and truncated", verdict: "all_clear") { directory in
      try directory.write(queue([60]), to: WatchedDirectory.queue)
      try directory.write(
        String(repeating: "\u{0}", count: 9000) + run(ago: 90).joined(separator: "\n") + "\n",
        to: WatchedDirectory.log,
        age: .seconds(90)
      )
    },
    Scene(name: "flock on a file that stays", verdict: "all_clear") { directory in
      try directory.write(queue([60]), to: WatchedDirectory.queue)
      try directory.write("", to: WatchedDirectory.lock, age: .seconds(3000))
      let lines = run(ago: 1290) + run(ago: 690) + run(ago: 90)
      try directory.write(
        lines.joined(separator: "\n") + "\n",
        to: WatchedDirectory.log,
        age: .seconds(90)
      )
    },
  ]

  @Test(arguments: scenes)
  func allSayTheSame(_ scene: Scene) async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    try scene.write(directory)
    var known: [String]?
    for (number, zone) in Self.zones.enumerated() {
      var asked = 0
      func ask(_ arguments: String...) async throws -> Program.Outcome {
        asked += 1
        let state = program.home.path("state-\(number)-\(asked)")
        return try await program.run(arguments, environment: ["TZ": zone, "XDG_STATE_HOME": state])
      }
      let status = try await ask("status", "--json").json()
      let codes = try Self.codes(status)
      #expect(codes.first == scene.verdict, "\(zone): \(codes)")
      #expect(codes == known ?? codes, "\(zone)")
      known = codes
      let metrics = try await ask("metrics", "--json").json()
      #expect(try Self.codes(metrics) == codes, "\(zone)")
      let isCalm = codes == ["all_clear"]
      let line = try await ask("status", "--oneline").output
      #expect(line.hasPrefix("●") == isCalm, "\(zone): \(line)")
      let findings = try #require(status["findings"] as? [[String: Any]])
      #expect(findings.allSatisfy { $0.keys.contains("since") })
      let severity = findings.first?["severity"] as? String
      let check = try await ask("check")
      #expect(
        check.status == ["ok": 0, "warning": 1, "critical": 2][severity ?? ""],
        "\(zone): \(check)"
      )
      let summary = try #require(findings.first?["summary"] as? String)
      #expect(check.output.contains(summary.prefix(20)), "\(zone): \(check.output)")
    }
  }

  private static func codes(_ object: [String: Any]) throws -> [String] {
    let findings = try #require(object["findings"] as? [[String: Any]])
    return findings.compactMap { $0["code"] as? String }
  }
}
