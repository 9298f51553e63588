import Foundation
import TestSupport
import Testing

/// `mem0top enqueue`, run as a person or a script would.
@Suite("enqueue")
struct EnqueueCommandTests {
  private let program: Program
  private let directory: TemporaryDirectory

  init() throws {
    program = try Program()
    directory = try TemporaryDirectory()
  }

  private func enqueue(_ arguments: String...) async throws -> Program.Outcome {
    try await program.run(["enqueue", "--dir", directory.path] + arguments)
  }

  /// Runs it with these bytes on its standard input, by way of a shell.
  private func enqueue(input: [UInt8], _ arguments: String) throws -> Program.Outcome {
    try Data(input).write(to: URL(filePath: "\(directory.path)/input"))
    let (process, output, complaint) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", "exec \"$0\" enqueue --dir \"$1\" \(arguments) < \"$1/input\"", Program.path,
      directory.path,
    ]
    process.environment = ["HOME": program.home.path, "SWIFT_BACKTRACE": "enable=no"]
    process.standardOutput = output
    process.standardError = complaint
    try process.run()
    let (said, complained) = (
      output.fileHandleForReading.readDataToEndOfFile(),
      complaint.fileHandleForReading.readDataToEndOfFile()
    )
    process.waitUntilExit()
    return Program.Outcome(
      status: Int(process.terminationStatus),
      output: String(decoding: said, as: UTF8.self),
      complaint: String(decoding: complained, as: UTF8.self)
    )
  }

  private func items() throws -> [[String: Any]] {
    let data = try Data(contentsOf: URL(filePath: "\(directory.path)/mem0_queue.json"))
    let root = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return try #require(root?["queue"] as? [[String: Any]])
  }

  private func contents() throws -> [String] {
    try items().compactMap { $0["content"] as? String }
  }

  @Test("prints the id of what is on disk then")
  func argument() async throws {
    let outcome = try await enqueue("--project", "site", "--content", "a \"b\"\n")
    #expect(outcome.status == 0)
    #expect(outcome.complaint == "")
    let item = try #require(items().first)
    #expect(outcome.output == "\(item["id"] as? String ?? "-")\n")
    #expect(item["project_id"] as? String == "site")
    #expect(item["content"] as? String == "a \"b\"\n")
    #expect(item["retries"] as? Int == 0)
  }

  @Test("standard input is one memory, without its last line end")
  func input() throws {
    let outcome = try enqueue(input: Array("é one\ntwo\n\n".utf8), "--project p")
    #expect(outcome.status == 0)
    #expect(try contents() == ["é one\ntwo\n"])
    #expect(outcome.output.split(separator: "\n").count == 1)
  }

  @Test("or each of its lines is one")
  func lines() throws {
    let input = Array("one\r\n\ntwo \u{2028} \u{B}\nthree".utf8)
    let outcome = try enqueue(input: input, "--project p --lines --json")
    #expect(outcome.status == 0)
    #expect(try contents() == ["one", "two \u{2028} \u{B}", "three"])
    let report = try outcome.json()
    #expect(report["result"] as? String == "done")
    #expect(report["changed"] as? Int == 3)
    #expect(report["ids"] as? [String] == (try items().compactMap { $0["id"] as? String }))
  }

  @Test("input that is not UTF-8 is refused with its byte, and nothing is added")
  func invalidInput() throws {
    let outcome = try enqueue(input: Array("aé".utf8) + [0xC3, 0x28], "--project p")
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.complaint.contains("not UTF-8 at byte 3"))
    #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/mem0_queue.json"))
  }

  @Test("an argument that is not UTF-8 is refused with its byte, and nothing is added")
  func invalidArgument() async throws {
    let arguments = [
      (#"--content "$(printf 'caf\351')" --project p"#, 3), (#"--project "$(printf '\377')""#, 0),
    ]
    for (words, offset) in arguments {
      let outcome = try await program.run(
        after: "set -- \"$1\" enqueue \(words)",
        [],
        environment: ["MEM0TOP_DIR": directory.path]
      )
      #expect(outcome.status == 1)
      #expect(
        outcome.complaint == "mem0top: Argument 3 is not UTF-8 at byte \(offset); nothing was done:"
          + " convert it with \"iconv -t UTF-8\".\n"
      )
      #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/mem0_queue.json"))
    }
  }

  @Test("empty input and a blank project are refused in a sentence")
  func refusals() async throws {
    let empty = try enqueue(input: [], "--project p")
    #expect(empty.status == 1)
    #expect(empty.complaint.hasPrefix("mem0top: A memory needs content"))
    let noLines = try enqueue(input: [0x0A], "--project p --lines --json")
    #expect(noLines.status == 1)
    #expect(try noLines.json()["result"] as? String == "refused")
    let blank = try await enqueue("--project", " ", "--content", "x")
    #expect(blank.status == 1)
    #expect(blank.complaint.contains("needs the name of a project"))
    let wait = try await enqueue("--project", "p", "--content", "x", "--wait", "soon")
    #expect(wait.status == 64)
    let both = try await enqueue("--project", "p", "--content", "x", "--lines")
    #expect(both.status == 64)
  }

  @Test("what cannot go into a broken queue goes to the emergency file, and absorb brings it back")
  func brokenQueue() async throws {
    try directory.write("{\"queue\":", to: "mem0_queue.json")
    let broken = try await enqueue("--project", "p", "--content", "x")
    #expect(broken.status == 0)
    #expect(broken.complaint.hasPrefix("mem0top: 1 memory is in mem0_emergency.json, and sync"))
    #expect(broken.complaint.contains("does not parse at byte 9"))
    #expect(broken.complaint.split(separator: "\n").count == 1)
    let refused = try await program.run("absorb", "--dir", directory.path)
    #expect(refused.status == 1)
    try directory.write("{\"queue\": []}", to: "mem0_queue.json")
    try directory.write("4194304\n", to: "mem0_queue.lock")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -10_800)],
      ofItemAtPath: directory.path + "/mem0_queue.lock"
    )
    let foreseen = try await program.run("absorb", "--dir", directory.path, "--dry-run")
    #expect(foreseen.status == 1 && foreseen.complaint.contains("cannot be taken"), "\(foreseen)")
    try FileManager.default.removeItem(atPath: directory.path + "/mem0_queue.lock")
    let preview = try await program.run("absorb", "--dir", directory.path, "--dry-run")
    #expect(preview.status == 0)
    #expect(preview.output.contains("1 memory from mem0_emergency.json"))
    let report = try await program.run("absorb", "--dir", directory.path, "--json").json()
    #expect(report["changed"] as? Int == 1)
    #expect(try items().map { $0["id"] as? String } == [broken.output.dropLast().description])
    let nothing = try await program.run("absorb", "--dir", directory.path)
    #expect((nothing.status, nothing.complaint) == (0, ""))
  }

  @Test(
    "a lock that is not to be had within --wait is said in a line, and the status is 0",
    .tags(.alone)
  )
  func busyLock() async throws {
    let worker = try PythonChild(LockPrograms.flocking, directory.path + "/mem0_queue.lock")
    let start = ContinuousClock.now
    let outcome = try await enqueue("--project", "p", "--content", "x", "--wait", "300ms", "--json")
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(outcome.status == 0)
    #expect(outcome.complaint.contains("pid \(worker.pid)"))
    #expect(try outcome.json()["notice"] as? String != nil)
    let status = try await program.run("status", "--dir", directory.path, "--json").json()
    #expect((status["emergency"] as? [String: Any])?["items"] as? Int == 1)
    worker.finish()
  }
}
