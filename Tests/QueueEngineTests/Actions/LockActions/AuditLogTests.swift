import CLibrary
import Foundation
import TestSupport
import Testing

@testable import QueueEngine

/// What was done, and what was refused, can be read back with the evidence.
struct AuditLogTests {
  private static let clearing = ClearLock(
    settle: .milliseconds(5),
    emptyRecheck: .milliseconds(5)
  )

  private func path(_ scene: LockStage, _ name: String = "audit.log") -> String {
    StateDirectory(settings: scene.settings)
      .path(of: name)
  }

  private func entry(_ text: String) -> AuditEntry {
    AuditEntry(
      time: "2026-01-01T00:00:00Z",
      origin: .key,
      action: "clear_lock",
      result: .done,
      summary: text,
      changed: 1,
      evidence: ["a", "b \"c\" \\ \n \u{1}"]
    )
  }

  @Test func successAndRefusalAreNotedWithTheEvidence() throws {
    let scene = try LockStage()
    let pid = try LockStage.deadPID()
    try scene.write("\(pid)", age: .seconds(10_800))
    _ = try Self.clearing.run(settings: scene.settings, origin: .key)
    try scene.write("")
    #expect(throws: ActionError.self) {
      _ = try Self.clearing.run(settings: scene.settings, origin: .command)
    }
    let entries = AuditLog(settings: scene.settings).entries(last: 10)
    #expect(entries.map(\.result) == [.done, .refused])
    #expect(entries.map(\.origin) == [.key, .command])
    #expect(entries.map(\.action) == ["clear_lock", "clear_lock"])
    #expect(entries.first?.evidence.contains("pid \(pid) is not running") == true)
    #expect(entries.first?.evidence.contains("written 3h 00m ago") == true)
    #expect(entries.last?.summary.contains("too recent to judge") == true)
    #expect(entries.last?.evidence.isEmpty == false)
    var status = stat()
    #expect(stat(path(scene), &status) == 0 && status.st_mode & 0o777 == 0o600)
    for line in try String(contentsOfFile: path(scene), encoding: .utf8).split(separator: "\n") {
      #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
    }
  }

  @Test func everyTextComesBackAsItWas() throws {
    let scene = try LockStage()
    let log = AuditLog(settings: scene.settings)
    let written = entry("ü 🙂 \t \u{7F} \u{2028}")
    try log.append(written)
    #expect(log.entries(last: 1) == [written])
  }

  @Test func aFullLogIsRotatedOnce() throws {
    let scene = try LockStage()
    let log = AuditLog(settings: scene.settings)
    let long = String(repeating: "x", count: 200_000)
    for index in 0..<14 { try log.append(entry("\(index) \(long)")) }
    let sizes = try ["audit.log", "audit.log.1"].map { name in
      try #require(
        FileManager.default.attributesOfItem(atPath: path(scene, name))[.size] as? Int
      )
    }
    #expect(sizes.allSatisfy { $0 > 0 && $0 < 1_400_000 })
    let last = log.entries(last: 8).map { $0.summary.prefix { $0 != " " } }
    #expect(last == ["6", "7", "8", "9", "10", "11", "12", "13"])
    #expect(log.entries(last: 100).count < 14)
  }

  @Test func aLineThatWasCutOffHidesNoOther() throws {
    let scene = try LockStage()
    let log = AuditLog(settings: scene.settings)
    try log.append(entry("first"))
    truncate(path(scene), 40)
    try log.append(entry("second"))
    #expect(log.entries(last: 10).map(\.summary) == ["second"])
  }

  @Test func whatIsDoneStaysDoneWithoutALog() throws {
    let scene = try LockStage()
    try scene.directory.write("no directory", to: "file")
    scene.settings.stateDirectory = scene.directory.path("file")
    try scene.write("\(try LockStage.deadPID())")
    let outcome = try Self.clearing.run(settings: scene.settings, origin: .key)
    #expect(outcome.changed == 1)
    #expect(outcome.evidence.last?.hasPrefix("not in the audit log: ") == true)
    do throws(ActionError) {
      scene.settings.files.lock = "fifo"
      mkfifo(scene.lock, 0o600)
      _ = try Self.clearing.run(settings: scene.settings, origin: .key)
      Issue.record("a FIFO is no lock")
    } catch {
      #expect(error.evidence.last?.hasPrefix("not in the audit log: ") == true)
    }
  }
}
