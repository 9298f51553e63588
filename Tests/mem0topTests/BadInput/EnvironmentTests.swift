import CLibrary
import Foundation
import TestSupport
import Testing

/// What the system withholds: the real program says one sentence, and the files stay as they were.
@Suite("Bad input: the environment", .tags(.alone), .timeLimit(.minutes(3)))
struct EnvironmentTests {
  private let program: Program
  private let directory: WatchedDirectory

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    try directory.writeGoodFiles()
  }

  private func expectSentence(_ outcome: Program.Outcome, _ words: String) {
    #expect(outcome.status == 1, "\(words): \(outcome.status)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.hasPrefix("mem0top: "))
    #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
    #expect(outcome.complaint.filter(\.isNewline).count == 1)
  }

  /// Bad input 67: below what the runtime needs it says so; it used to end by a trap, now and then.
  @Test(arguments: [4, 5, 6, 7, 8, 12, 31])
  func fewOpenFilesAreSaid(limit: Int) async throws {
    let before = try directory.stamp(of: WatchedDirectory.deadLetters)
    for command in [["status"], ["status", "--json"], ["retry", "--all"], ["unlock"], []] {
      let outcome = try await program.run(after: "ulimit -n \(limit)", command)
      expectSentence(outcome, "may open only \(limit) files")
    }
    #expect(try directory.stamp(of: WatchedDirectory.deadLetters) == before)
  }

  /// Bad input 67: a limit that may be raised is raised, and with what it asks for it works.
  @Test(arguments: ["ulimit -Sn 8", "ulimit -n 32"])
  func enoughOpenFilesAreEnough(limit: String) async throws {
    let address = "[{ name = \"a\", url = \"http://127.0.0.1:1/\" }]"
    let status = try await program.run(
      after: limit,
      ["status", "--json"],
      environment: ["MEM0TOP_SERVER_HEALTH": address]
    )
    #expect(status.status == 0, "\(status.complaint)")
    #expect(try status.section("dlq")["size"] as? Int == 1)
    let endpoints = try #require(try status.section("vps")["endpoints"] as? [[String: Any]])
    #expect((endpoints.first?["error"] as? String)?.hasPrefix("connect: ") == true)
    let retry = try await program.run(after: limit, ["retry", "--all"])
    #expect(retry.status == 0, "\(retry.complaint)")
    #expect(try directory.deadLetter(WatchedDirectory.goodID)?["last_attempt"] as? Int == 0)
  }

  /// Bad input 68: no file may be written at all, and its signal would end the program.
  @Test func noFileMayBeWritten() async throws {
    let before = try directory.stamp(of: WatchedDirectory.deadLetters)
    let retry = try await program.run(after: "ulimit -f 0", ["retry", "--all"])
    expectSentence(retry, "File too large")
    #expect(try directory.stamp(of: WatchedDirectory.deadLetters) == before)
    #expect(!directory.exists(WatchedDirectory.lock))
    let pid = try directory.abandonLock()
    let unlock = try await program.run(after: "ulimit -f 0", ["unlock"])
    expectSentence(unlock, "File too large")
    #expect(try directory.text(of: WatchedDirectory.lock) == "\(pid)\n")
    for command in [["status"], ["status", "--json"], ["dlq"]] {
      let outcome = try await program.run(after: "ulimit -f 0", command)
      #expect(outcome.status == 0, "\(command): \(outcome.complaint)")
    }
  }

  /// Bad input 68: the audit log is at the limit, and the change itself is not.
  @Test func anAuditLogThatMayNotGrowIsSaid() async throws {
    try #require(try await program.run("retry", "--all").status == 0)
    let root = program.home.path + "/.local/state/mem0top"
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    let log = try #require(names.first { $0.hasSuffix("/audit.log") })
    let handle = try #require(FileHandle(forWritingAtPath: root + "/" + log))
    try handle.truncate(atOffset: 4096)
    try handle.close()
    try directory.writeGoodFiles()
    let outcome = try await program.run(after: "ulimit -f 4", ["retry", "--all"])
    #expect(outcome.status >= 0)
    let words = outcome.output + outcome.complaint
    #expect(words.contains("not in the audit log"), "\(words)")
    let letter = try #require(try directory.deadLetter(WatchedDirectory.goodID))
    #expect(letter["last_attempt"] as? Int == (outcome.status == 0 ? 0 : 5))
  }

  /// Bad input 64: the file behind a link is changed, and the link stays.
  @Test func aLinkStaysWithTheFileBehindItChanged() async throws {
    let name = WatchedDirectory.deadLetters
    let real = program.home.path + "/real.json"
    try FileManager.default.moveItem(atPath: directory.path(of: name), toPath: real)
    try #require(symlink("../real.json", directory.path(of: name)) == 0)
    let outcome = try await program.run("retry", "--all")
    #expect(outcome.status == 0, "\(outcome.complaint)")
    let path = directory.path(of: name)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "../real.json")
    #expect(try String(contentsOfFile: real, encoding: .utf8).contains(#""last_attempt":0"#))
  }

  /// A link to a disk that is not there is no empty queue.
  @Test func aLinkThatLeadsToNothingIsSaid() async throws {
    let path = directory.path(of: WatchedDirectory.queue)
    try FileManager.default.removeItem(atPath: path)
    try #require(symlink("/nowhere/\u{1B}queue.json", path) == 0)
    let sentence =
      "mem0_queue.json is a link to /nowhere/␛queue.json, where there is nothing; mount"
      + " or make that, or remove the link"
    let status = try await program.run("status", "--json")
    #expect(try status.verdict() == "unreadable")
    #expect(try status.section("queue")["error"] as? String == sentence)
    let outcome = try await program.run("enqueue", "--project", "p", "--content", "x")
    #expect(outcome.status == 0)
    #expect(outcome.complaint.hasSuffix(sentence + ".\n"), "\(outcome.complaint)")
    #expect(try directory.text(of: "mem0_emergency.json").contains(#""content": "x""#))
    #expect(!directory.exists(WatchedDirectory.lock))
  }

  /// Our own state on a disk that takes no writes: the reason, not that a directory is missing.
  @Test(.enabled(if: geteuid() == 0, "only root can mount"))
  func aReadOnlyStateDirectoryIsNamed() async throws {
    let place = program.home.path + "/state"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    let outcome = try await program.run(
      after: """
        exec unshare -m sh -c 'mount -t tmpfs -o ro none \(place) && exec "$@"' sh "$@"
        """,
      ["retry", "--all"],
      environment: ["XDG_STATE_HOME": place + "/deep"]
    )
    expectSentence(outcome, "Cannot create \(place)/deep: Read-only file system")
  }

  /// Where nothing may be taken away, no lock could be given back.
  @Test(.enabled(if: geteuid() == 0, "only root can make a directory append-only"))
  func anAppendOnlyDirectoryGetsNoLock() async throws {
    let outcome = try await program.run(
      after: """
        chattr +a "$HOME/.claude" || exit 77; "$@"; code=$?; chattr -a "$HOME/.claude"; exit $code
        """,
      ["retry", "--all"]
    )
    if outcome.status == 77 { return }  // This file system has no such directories.
    expectSentence(outcome, "append-only")
    #expect(try directory.names().filter { $0.contains("lock") } == [])
  }

  /// Bad inputs 25 and 65: a mark that Python refuses, and memories that everybody can read, are told.
  @Test func whatIsOddAboutTheFileAsAWholeIsTold() async throws {
    let path = directory.path(of: WatchedDirectory.deadLetters)
    let text = try directory.text(of: WatchedDirectory.deadLetters)
    try directory.write("\u{FEFF}" + text, to: WatchedDirectory.deadLetters)
    // A directory that nobody else may enter closes what is in it.
    for (mode, folder, isOpen) in [
      (0o644, 0o755, true), (0o600, 0o755, false), (0o644, 0o700, false),
    ] {
      try #require(chmod(path, mode_t(mode)) == 0 && chmod(directory.path, mode_t(folder)) == 0)
      try #require(chmod(program.home.path, 0o755) == 0)
      let status = try await program.run("status", "--json")
      let remarks = try #require(try status.section("dlq")["remarks"] as? [String])
      #expect(remarks.contains { $0.contains("begins with a byte order mark") })
      #expect(remarks.contains { $0.contains("every user of this machine (mode 0644)") } == isOpen)
    }
    let shown = try await program.run("status")
    #expect(shown.output.contains("begins with a byte order mark"))
  }

  /// Bad input 61: nothing may be written, neither beside the files nor in the home.
  @Test(.enabled(if: geteuid() == 0, "only root can become others"))
  func aReadOnlyPlaceIsShownAllTheSame() async throws {
    try directory.abandonLock()
    let before = try directory.names()
    for path in [program.home.path, directory.path] { try #require(chmod(path, 0o555) == 0) }
    let ordinary = "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\""
    let status = try await program.run(after: ordinary, ["status", "--json"])
    #expect(status.status == 0, "\(status.complaint)")
    #expect(try status.section("dlq")["size"] as? Int == 1)
    #expect(try status.section("lock")["reason"] as? String == "foreign_owner")
    for command in [["unlock"], ["retry", "--all"]] {
      let outcome = try await program.run(after: ordinary, command)
      #expect(outcome.status == 1, "\(command)")
      #expect(outcome.complaint.filter(\.isNewline).count == 1, "\(outcome.complaint)")
    }
    #expect(try directory.names() == before)
  }

  /// Files of another user that nobody else may read, in a directory that they may.
  @Test(.enabled(if: geteuid() == 0, "only root can become others"))
  func filesOfAnotherUserAreNamed() async throws {
    let names = [WatchedDirectory.queue, WatchedDirectory.deadLetters, WatchedDirectory.metrics]
    for name in names { try #require(chmod(directory.path(of: name), 0) == 0) }
    for path in [program.home.path, directory.path] { try #require(chmod(path, 0o755) == 0) }
    let status = try await program.run(
      after: "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"",
      ["status", "--json"]
    )
    #expect(try status.verdict() == "unreadable")
    for section in ["queue", "dlq", "metrics"] {
      #expect(try status.section(section)["state"] as? String == "unreadable")
      let sentence = try #require(try status.section(section)["error"] as? String)
      #expect(sentence.hasSuffix("Permission denied; check its owner and its mode"))
    }
    #expect(try status.section("log")["state"] as? String == "ok")
  }
}
