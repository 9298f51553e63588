import Foundation
import QueueEngine
import Testing

/// The taking in of an emergency file, ended at each of its calls: every memory is in a file, once in the end.
struct AbsorbCrash: CrashSubject {
  private static let file = "mem0_emergency.json"
  private static let queue =
    #"{"queue": [{"id": "aa11", "project_id": "p", "content": "old"}], "stats": {"total_queued": 1}}"#
  private static let ids = ["bb22", "cc33"]
  private static let noMemory = "no memory"

  private static var lines: String {
    ids.map {
      #"{"id": "\#($0)", "project_id": "p", "content": "é \#($0)", "emergency": true}"# + "\n"
    }.joined(separator: noMemory + "\n")
  }

  let description = "absorb"
  let arguments = ["absorb"]
  let recovery = ["absorb"]
  let stride = 23
  let essential: Set<Substring> = ["renameat", "renameat2", "unlink"]

  static let all = [AbsorbCrash()]

  func prepare(_ stage: CrashStage) async throws {
    stage.settings.lockStyle = .pidfile
    stage.variables = ["MEM0TOP_LOCK_STYLE": "pidfile"]
    try stage.directory.write(Self.queue, to: WatchedDirectory.queue)
    try stage.directory.write(Self.lines, to: Self.file)
    try stage.directory.write(#"{"items": []}"#, to: WatchedDirectory.deadLetters)
  }

  func checkSuccess(on stage: CrashStage, _ place: String) throws {
    #expect(try queued(on: stage) == ["aa11"] + Self.ids, "\(place)")
    let names = try emergencyFiles(on: stage)
    #expect(names.count == 1 && names.allSatisfy { $0.contains(".kept-") }, "\(place): \(names)")
    for name in names {
      #expect(try stage.directory.text(of: name) == Self.noMemory + "\n", "\(place)")
    }
  }

  func checkWholeness(on stage: CrashStage, _ place: String) throws {
    let queued = try queued(on: stage)
    #expect(queued == ["aa11"] || queued == ["aa11"] + Self.ids, "\(place): \(queued)")
    let texts = try emergencyFiles(on: stage).map { try stage.directory.text(of: $0) }
    #expect(texts.contains { $0.contains(Self.noMemory) }, "\(place)")
    if queued.count == 1 { #expect(texts.contains(Self.lines), "\(place)") }
  }

  func tidy(_ stage: CrashStage) throws {
    unlink(stage.directory.path(of: WatchedDirectory.lock))
    try stage.age()
  }

  func checkRecovery(on stage: CrashStage, isFirst: Bool, _ place: String) async throws {
    try tidy(stage)
    let outcome = try await stage.run(recovery)
    #expect(outcome.status == 0, "\(place): \(outcome.complaint)")
    try checkSuccess(on: stage, place)
    // Where nothing is left to take in, the next action that takes the lock clears away.
    let absent = RetryItems(keys: [ItemKey(id: "absent")])
    #expect(throws: ActionError.self, "\(place)") { try absent.perform(settings: stage.settings) }
    #expect(try stage.drafts().isEmpty, "\(place)")
  }

  private func queued(on stage: CrashStage) throws -> [String] {
    let data = Data(try stage.directory.text(of: WatchedDirectory.queue).utf8)
    let file = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return (file?["queue"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
  }

  private func emergencyFiles(on stage: CrashStage) throws -> [String] {
    try stage.directory.names().filter { $0.hasPrefix(Self.file) }.sorted()
  }
}
