import DemoWorld
import Foundation
import QueueEngine
import TestSupport
import Testing

/// Completions in real shells, the manual in real formatters, colours and closed pipes.
@Suite struct ShellTests {
  private let program: Program
  private let directory: WatchedDirectory
  private let bin: String

  init() throws {
    program = try Program()
    directory = try WatchedDirectory(in: program.home)
    bin = program.home.path("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: bin + "/mem0top",
      withDestinationPath: Program.path
    )
    let items = ["3f2a91c0-aaaa", "3f2b0000-bbbb", "9b1c77de-cccc", "$(touch \(bin)/pwned)", "a b"]
      .enumerated().map { number, id in
        #"{"id":"\#(id)","project_id":"\#(number == 0 ? "web" : "`id`")","content":"c","timestamp":1}"#
      }
    try directory.write(
      #"{"items":[\#(items.joined(separator: ","))]}"#,
      to: WatchedDirectory.deadLetters
    )
  }

  private var environment: [String] {
    [
      "env", "-i", "HOME=\(program.home.path)", "PATH=\(bin):/usr/bin:/bin", "LANG=C.UTF-8",
      "TERM=xterm-256color",
    ]
  }

  @Test func bashCompletesWordsIdsAndProjects() throws {
    let script = """
      source <(mem0top completions bash)
      ask() {
        COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="$*"
        COMP_POINT=${#COMP_LINE}; COMPREPLY=()
        _mem0top mem0top "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        echo "[$*]: ${COMPREPLY[*]}"
      }
      ask mem0top ret
      ask mem0top retry 3f2
      ask mem0top retry ''
      ask mem0top enqueue --project ''
      ask mem0top check --only v
      ask mem0top check --except lock,v
      ask mem0top status --host ''
      """
    try program.home.write(
      "Host dev-1 dev-2\n  User me\nHost *.example !x\nMatch all\n",
      to: ".ssh/config"
    )
    try program.home.write(
      "[[hosts]]\nname = \"studio\"\nhost = \"a\"\n",
      to: ".config/mem0top/config.toml"
    )
    let said = try TmuxSession.run(environment + ["bash", "--norc", "-c", script])
    #expect(said.contains("[mem0top ret]: retry\n"))
    #expect(said.contains("[mem0top retry 3f2]: 3f2a91c0-aaaa 3f2b0000-bbbb\n"), "\(said)")
    #expect(said.contains("[mem0top retry ]: 3f2a91c0-aaaa 3f2b0000-bbbb 9b1c77de-cccc\n"))
    #expect(said.contains("[mem0top enqueue --project ]: web\n"))
    #expect(said.contains("[mem0top check --only v]: vps\n"))
    #expect(said.contains("[mem0top check --except lock,v]: lock,vps\n"), "\(said)")
    #expect(said.contains("[mem0top status --host ]: studio dev-1 dev-2\n"), "\(said)")
    #expect(!FileManager.default.fileExists(atPath: bin + "/pwned"))
  }

  /// Types into a shell in a terminal, and returns the screen once it shows `text`.
  private func type(
    _ keys: [[String]],
    into shell: [String],
    until text: String
  ) async throws -> String {
    let socket = program.home.path("s")
    let tmux = ["env", "-u", "TMUX", "LC_ALL=C.UTF-8", "tmux", "-S", socket]
    let command = (environment + shell).map { "'\($0)'" }.joined(separator: " ")
    _ = try TmuxSession.run(
      tmux + ["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "20", command]
    )
    defer { _ = try? TmuxSession.run(tmux + ["kill-server"]) }
    var screen = ""
    func wait(for text: String) async throws {
      let isThere = try await TmuxSession.poll(within: .seconds(30)) {
        screen = try TmuxSession.run(tmux + ["capture-pane", "-p"])
        return screen.contains(text)
      }
      if !isThere { throw TmuxSession.Failure(description: "not seen: \(text)\n\(screen)") }
    }
    for step in keys {
      try await wait(for: step[0])
      _ = try TmuxSession.run(tmux + ["send-keys"] + step.dropFirst())
    }
    try await wait(for: text)
    return screen
  }

  @Test(.enabled(if: Peer.isThere("zsh"), "zsh is not installed (apt: zsh)"))
  func zshCompletesIds() async throws {
    let script = try await program.run("completions", "zsh").output
    try program.home.write(script, to: "functions/_mem0top")
    let setup =
      "fpath=(\(program.home.path)/functions $fpath); autoload -U compinit;"
      + " compinit -u -d \(program.home.path)/dump; PS1='ready> '; clear"
    let screen = try await type(
      [["#", setup, "Enter"], ["ready>", "mem0top retry 3f2a", "Tab"]],
      into: ["zsh", "-f", "-i"],
      until: "mem0top retry 3f2a91c0-aaaa"
    )
    #expect(!screen.contains("rror"))
  }

  @Test(.enabled(if: Peer.isThere("fish"), "fish is not installed (apt: fish)"))
  func fishCompletesIds() async throws {
    let script = try await program.run("completions", "fish").output
    try program.home.write(script, to: ".config/fish/completions/mem0top.fish")
    try program.home.write(
      "function fish_prompt; echo 'ready> '; end\nset fish_greeting\n",
      to: ".config/fish/config.fish"
    )
    let screen = try await type(
      [["ready>", "mem0top retry 3f2a", "Tab"]],
      into: ["fish"],
      until: "mem0top retry 3f2a91c0-aaaa"
    )
    #expect(!screen.contains("rror"))
  }

  @Test(arguments: [
    ["---completion", "retry", "--", "positional@0", "2", "0", "mem0top", "retry", ""],
    ["---completion", "retry"], ["---completion", "bogus", "--", "x", "0", "0"],
  ])
  func whereNothingCanBeOfferedNothingIsSaid(arguments: [String]) async throws {
    try directory.write("{", to: WatchedDirectory.deadLetters)
    try program.home.write("[lock]\nstyle = \"foo\"\n", to: ".config/mem0top/config.toml")
    let outcome = try await program.run(arguments)
    #expect(outcome.complaint.isEmpty, "\(outcome.complaint)")
    let said = outcome.output.filter { !$0.isNewline }
    #expect(said.isEmpty)
  }

  // MARK: - The manual

  @Test func theManualHasEveryCommandAndStatus() async throws {
    let page = try await program.run("manual").output
    let help = try await program.run("--help").output
    let commands = help.components(separatedBy: "SUBCOMMANDS:").last ?? ""
    let names = commands.matches(of: /\n  ([a-z]+)(?: \(default\))? +[A-Z]/).map(\.1)
    #expect(names.count > 15)
    for name in names {
      #expect(page.contains(".SS \"mem0top \(name)\""), "\(name)")
      let own = try await program.run(String(name), "--help").output
      let hasExample = own.contains("xample: ") || own.contains("SUBCOMMANDS:")
      #expect(hasExample, "\(name) --help has no example")
    }
    for status in ["0", "1", "2", "3", "64", "78"] { #expect(page.contains(".B \(status)\n")) }
  }

  @Test(.enabled(if: Peer.isThere("man"), "man is not installed (apt: man-db)"))
  func manHasNothingToSayAgainstThePage() async throws {
    try program.home.write(try await program.run("manual").output, to: "mem0top.1")
    let page = program.home.path("mem0top.1")
    let warnings = try TmuxSession.run(
      [
        "env", "LC_ALL=C.UTF-8", "MANWIDTH=80", "sh", "-c",
        "man --warnings -l \"$1\" 2>&1 >/dev/null", "sh",
      ]
        + [page]
    )
    #expect(warnings.isEmpty, "\(warnings)")
    let text = try TmuxSession.run(["env", "LC_ALL=C.UTF-8", "MANWIDTH=100", "man", "-l", page])
    #expect(text.contains("EXIT STATUS"))
    #expect(text.contains("mem0top status --json | jq -r '.findings[0].summary'"))
  }

  // MARK: - Colours and pipes

  @Test(arguments: [
    (["CLICOLOR_FORCE": "1"], true), (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
    (["CLICOLOR_FORCE": "0"], false), (["CLICOLOR_FORCE": "1", "CLICOLOR": "0"], true),
    (["NO_COLOR": "", "CLICOLOR_FORCE": "yes"], true), ([:], false),
  ])
  func coloursGoByTheirVariables(environment: [String: String], isColoured: Bool) async throws {
    let outcome = try await program.run(["status"], environment: environment)
    #expect(outcome.output.contains("\u{1B}[") == isColoured)
  }

  @Test func aReaderThatHasGoneIsNoError() throws {
    let line = "mem0top manual | head -1; echo \"${PIPESTATUS[0]}\""
    let said = try TmuxSession.run(environment + ["bash", "--norc", "-c", line])
    #expect(said.hasSuffix("\n0\n"), "\(said)")
  }

  @Test func theVersionIsTold() async throws {
    let outcome = try await program.run("--version")
    #expect(outcome.output.wholeMatch(of: /mem0top \d+\.\d+\.\d+( \([0-9a-z-]+\))?\n/) != nil)
  }

  // MARK: - Installing

  @Test func installedFilesLeadToTheProgramAndGoAgain() throws {
    let prefix = program.home.path("prefix")
    let install = Peer.contribution("install")
    _ = try TmuxSession.run([install, Program.path, prefix])
    let version = try TmuxSession.run(environment + [prefix + "/bin/mem0top", "--version"])
    #expect(version.hasPrefix("mem0top "))
    let files = try #require(
      FileManager.default.enumerator(atPath: prefix)?.allObjects as? [String]
    )
    for name in [
      "share/bash-completion/completions/mem0top", "share/zsh/site-functions/_mem0top",
      "share/fish/vendor_completions.d/mem0top.fish", "share/man/man1/mem0top.1",
      "share/systemd/user/mem0top.service", "share/mem0top/cron/mem0top.crontab",
      "share/mem0top/claude-code/.mcp.json",
    ] {
      #expect(files.contains(name), "\(name)")
    }
    for name in files where name.hasSuffix(".service") || name.hasSuffix(".crontab") {
      let text = try String(contentsOfFile: prefix + "/" + name, encoding: .utf8)
      #expect(text.contains(prefix + "/bin/mem0top sync") && !text.contains("@bindir@"), "\(name)")
    }
    try "mine".write(
      toFile: prefix + "/share/mem0top/mine",
      atomically: true,
      encoding: .utf8
    )
    _ = try TmuxSession.run([install, "--remove", prefix])
    let left = try #require(FileManager.default.enumerator(atPath: prefix)?.allObjects as? [String])
    #expect(
      Set(left) == ["bin", "share", "share/man", "share/mem0top", "share/mem0top/mine"],
      "\(left)"
    )
  }
}
