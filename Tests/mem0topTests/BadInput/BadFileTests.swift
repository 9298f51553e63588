import Foundation
import Testing

/// Files that do not parse, by the real program: a sentence with the byte, and all else works.
@Suite("Bad input: files", .timeLimit(.minutes(3)))
struct BadFileTests {
  /// Bad inputs 1 to 11.
  @Test(arguments: BadFile.Role.allCases)
  func aFileThatDoesNotParseIsNamedAndLeftAlone(role: BadFile.Role) async throws {
    // Each waits for a second whether the file is only being written, so they wait together.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for file in BadFile.all { group.addTask { try await expectSentence(on: file, as: role) } }
      try await group.waitForAll()
    }
  }

  private func expectSentence(on file: BadFile, as role: BadFile.Role) async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    try directory.writeGoodFiles()
    try directory.write(file.data(as: role), to: role.name)
    let before = try directory.stamp(of: role.name)

    let status = try await program.run("status", "--json")
    #expect(status.status == 0, "\(file.number): \(status.complaint)")
    #expect(try status.verdict() == role.finding, "\(file.number)")
    for other in ["queue", "dlq", "metrics", "log"] {
      let section = try status.section(other)
      let isBad = other == role.section
      #expect(section["state"] as? String == (isBad ? "corrupt" : "ok"), "\(file.number) \(other)")
      guard isBad else { continue }
      let sentence = try #require(section["error"] as? String)
      #expect(sentence.hasPrefix(file.sentence(as: role)), "\(file.number): \(sentence)")
    }

    let retry = try await program.run("retry", "--all")
    let isRefused = role == .deadLetters
    #expect(retry.status == (isRefused ? 1 : 0), "\(file.number): \(retry.complaint)")
    if isRefused {
      #expect(retry.complaint.hasPrefix("mem0top: " + file.sentence(as: role)))
      #expect(retry.complaint.filter(\.isNewline).count == 1)
    }
    #expect(try directory.stamp(of: role.name) == before, "\(file.number) is touched")
  }

  /// Bad input 12: it is told by its size and never read, or this limit would end the program.
  @Test(arguments: BadFile.Role.allCases)
  func aFileOfTwoGibibytesIsNotRead(role: BadFile.Role) async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    try directory.writeGoodFiles()
    try #require(truncate(directory.path(of: role.name), 2 << 30) == 0)
    let status = try await program.run(after: "ulimit -v 1500000", ["status", "--json"])
    #expect(status.status == 0, "\(status.complaint)")
    #expect(try status.verdict() == role.finding)
    let sentence = try #require(try status.section(role.section)["error"] as? String)
    #expect(sentence.hasPrefix("\(role.name) is larger than 1 GiB"))
    guard role == .deadLetters else { return }
    let retry = try await program.run(after: "ulimit -v 1500000", ["retry", "--all"])
    #expect(retry.status == 1)
    #expect(retry.complaint.hasPrefix("mem0top: \(role.name) is larger than 1 GiB"))
  }

  /// What is no regular file is not waited for and not read without end, whichever file it is.
  @Test(arguments: ["mkfifo", "mkdir", "ln -s /dev/zero", "ln -s loop"])
  func whatIsNoFileIsSaid(command: String) async throws {
    let program = try Program()
    let directory = try WatchedDirectory(in: program.home)
    try directory.writeGoodFiles()
    let names =
      BadFile.Role.allCases.map(\.name) + [
        WatchedDirectory.metrics, WatchedDirectory.log,
      ]
    for name in names { try FileManager.default.removeItem(atPath: directory.path(of: name)) }
    let paths = names.map { "'\(directory.path(of: $0))'" }
    let isLoop = command.hasSuffix("loop")
    let words = command.replacing("loop", with: paths[0])
    let preparation = paths.map { "\(words) \($0)" }.joined(separator: "; ")
    let status = try await program.run(after: preparation, ["status", "--json"])
    #expect(status.status == 0, "\(status.complaint)")
    #expect(try status.verdict() == "unreadable")
    for section in ["queue", "dlq", "metrics", "log"] {
      let found = try status.section(section)
      #expect(found["state"] as? String == "unreadable", "\(section)")
      let sentence = try #require(found["error"] as? String)
      let reason = isLoop ? "correct its link" : "it is not a regular file"
      #expect(sentence.contains(reason), "\(sentence)")
    }
    let retry = try await program.run("retry", "--all")
    #expect(retry.status == 1)
  }
}

extension Robots {
  /// What the dashboard shows of files that do not parse.
  @Suite struct BadFileRobotTests {
    /// Bad inputs 1 to 11: the sentences, the last good items, and the other panels.
    @Test func theDashboardSaysWhereAndKeepsWhatItKnew() async throws {
      let (session, directory) = try Robots.onFiles { try $0.writeGoodFiles() }
      try await session.wait(for: WatchedDirectory.goodID)
      let numbers = [(1, 11), (2, 6), (9, 5), (10, 8)]
      for (queue, deadLetters) in numbers {
        let bad = try [queue, deadLetters].map { number in
          try #require(BadFile.all.first { $0.number == number })
        }
        for (file, role) in zip(bad, BadFile.Role.allCases) {
          try directory.write(file.data(as: role), to: role.name)
        }
        // The banner breaks them into lines.
        let sentences = zip(bad, BadFile.Role.allCases).map { $0.sentence(as: $1).prefix(47) }
        let screen = try await session.wait(until: sentences.joined(separator: " and ")) { screen in
          sentences.allSatisfy { screen.contains($0) }
        }
        for kept in [WatchedDirectory.goodID, "1 pending", "a line of the worker", "as of"] {
          #expect(screen.contains(kept), "\(kept) is gone:\n\(screen)")
        }
        try directory.writeGoodFiles()
        try await session.wait(until: "all is well again") { screen in
          ["does not parse", "is valid JSON, but"].allSatisfy { !screen.contains($0) }
        }
      }
    }
  }
}
