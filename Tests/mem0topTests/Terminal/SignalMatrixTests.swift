import Foundation
import TestSupport
import Testing

extension Robots {
  /// That no signal and no lost terminal leaves anything behind, whatever the screen is doing.
  @Suite struct SignalMatrixTests {
    /// What the screen does when it happens.
    enum Moment: CaseIterable {
      case idle, drawing, inPrompt

      func steps(_ stage: PtyStage) -> [PtyStage.Step] {
        switch self {
        case .idle: [.see("aaaa1111")]
        case .drawing:
          [
            .see("aaaa1111"), .appendForever(to: stage.directory.path(of: WatchedDirectory.log)),
            .see("a line"),
          ]
        case .inPrompt: [.see("aaaa1111"), .type("R"), .see("all now")]
        }
      }
    }

    private static let letters = """
      {"items":[{"id":"aaaa1111","project_id":"p","content":"x","retry_count":9,"last_attempt":1},
      {"id":"bbbb2222","project_id":"p","content":"x","retry_count":9,"last_attempt":2}]}
      """

    private func stage() throws -> PtyStage {
      try PtyStage {
        try $0.write(Self.letters, to: WatchedDirectory.deadLetters)
        try $0.write("the first line\n", to: WatchedDirectory.log)
      }
    }

    private func expectRestored(_ outcome: PtyStage.Outcome, within limit: Double = 2) {
      #expect(outcome.hasSameModes)
      #expect(outcome.isRestored, "\(outcome.tail)")
      #expect(outcome.seconds < limit)
    }

    @Test(
      arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV],
      Moment.allCases
    )
    func aSignalEndsItAsItEndsOthers(signal: Int32, moment: Moment) throws {
      let stage = try stage()
      let outcome = try stage.play(moment.steps(stage) + [.signal(signal)])
      #expect(outcome.status == -signal)
      expectRestored(outcome)
    }

    @Test(arguments: Moment.allCases)
    func aSuspendedScreenComesBack(moment: Moment) throws {
      let stage = try stage()
      let outcome = try stage.play(
        moment.steps(stage) + [
          .signal(SIGTSTP), .stopped, .resume, .see("mem0top"),
          .signal(SIGTSTP), .stopped, .resume, .see("mem0top"), .leave,
        ]
      )
      #expect(outcome.status == 0)
      expectRestored(outcome)
    }

    /// Curses would ignore it for as long as it draws, and the key would be lost.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
    func ctrlZIsHeardWhileItDraws() throws {
      let outcome = try stage().play([
        .see("aaaa1111"), .heedsWhileDrawing(SIGTSTP, times: 100), .signal(SIGTSTP), .stopped,
        .resume, .see("mem0top"), .leave,
      ])
      #expect(outcome.status == 0)
      expectRestored(outcome)
    }

    @Test func ctrlZSuspendsAsTheKeyOfOtherProgramsDoes() throws {
      let outcome = try stage().play([
        .see("aaaa1111"), .type("\u{1A}"), .stopped, .resume, .see("Dead letters"), .leave,
      ])
      #expect(outcome.status == 0)
      expectRestored(outcome)
    }

    @Test(arguments: Moment.allCases)
    func aBrokenPipeOrACrossedLimitIsNoEnd(moment: Moment) throws {
      let stage = try stage()
      let outcome = try stage.play(
        moment.steps(stage) + [
          .signal(SIGPIPE), .signal(SIGXFSZ), .type("n"), .type("?"), .see("Help"), .leave,
        ]
      )
      #expect(outcome.status == 0)
      expectRestored(outcome)
    }

    @Test(arguments: Moment.allCases)
    func aStormOfSizesIsWeathered(moment: Moment) throws {
      let stage = try stage()
      let outcome = try stage.play(
        moment.steps(stage) + [
          .resizes(1_000), .type("n"), .type("?"), .see("Help"), .leave,
        ]
      )
      #expect(outcome.status == 0)
      expectRestored(outcome)
    }

    @Test(arguments: Moment.allCases)
    func aClosedTerminalEndsIt(moment: Moment) throws {
      let stage = try stage()
      let outcome = try stage.play(moment.steps(stage) + [.hangUp])
      #expect(outcome.status == -SIGHUP)
      #expect(outcome.seconds < 2)
    }

    /// Of its terminal's end it hears more than once, while it brings its world to an end.
    @Test func aDemoWhoseTerminalGoesLeavesNothing() throws {
      let stage = try stage()
      let outcome = try stage.play(
        [.see("quit"), .signal(SIGHUP), .resizes(20), .signal(SIGHUP), .resizes(200), .hangUp],
        arguments: ["demo", "--incident", "calm"],
        environment: ["TMPDIR": stage.home.path]
      )
      #expect(outcome.status == -SIGHUP)
      let left = try FileManager.default.contentsOfDirectory(atPath: stage.home.path)
      #expect(!left.contains { $0.hasPrefix("mem0top-demo") }, "\(left)")
    }

    @Test(arguments: ["<&-", ">&-", "<&- >&-", "<&- >&- 2>&-"])
    func closedStandardStreamsAreNoPlaceForFiles(redirections: String) async throws {
      let program = try Program()
      let directory = try WatchedDirectory(in: program.home)
      try directory.write(Self.letters, to: WatchedDirectory.deadLetters)
      let before = try directory.stamp(of: WatchedDirectory.deadLetters)
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = ["-c", "\"$0\" \(redirections)", Program.path]
      shell.environment = ["HOME": program.home.path, "SWIFT_BACKTRACE": "enable=no"]
      shell.standardError = FileHandle.nullDevice
      try shell.run()
      shell.waitUntilExit()
      #expect(shell.terminationReason == .exit && shell.terminationStatus == 1)
      #expect(try directory.stamp(of: WatchedDirectory.deadLetters) == before)
    }

    @Test func aFileThatMayNotGrowIsARefusalAndNoEnd() throws {
      let program = try Program()
      let directory = try WatchedDirectory(in: program.home)
      try directory.write(Self.letters, to: WatchedDirectory.deadLetters)
      let before = try directory.stamp(of: WatchedDirectory.deadLetters)
      let shell = Process()
      let complaint = Foundation.Pipe()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = ["-c", "ulimit -f 0; \"$0\" retry --all", Program.path]
      shell.environment = ["HOME": program.home.path, "SWIFT_BACKTRACE": "enable=no"]
      shell.standardOutput = FileHandle.nullDevice
      shell.standardError = complaint
      try shell.run()
      let text = String(
        decoding: complaint.fileHandleForReading.readDataToEndOfFile(),
        as: UTF8.self
      )
      shell.waitUntilExit()
      #expect(shell.terminationReason == .exit && shell.terminationStatus == 1)
      #expect(text.contains("mem0top: ") && text.contains("large"), "\(text)")
      #expect(try directory.stamp(of: WatchedDirectory.deadLetters) == before)
    }
  }
}
