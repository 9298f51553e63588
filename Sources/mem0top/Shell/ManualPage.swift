internal import QueueEngine

/// The manual page `mem0top(1)`, in roff with the macros of man, made of what the parser knows.
struct ManualPage {
  let tree: CommandTree

  /// The whole page.
  var text: String {
    var page = Roff()
    page.request("TH", ["MEM0TOP", "1", "", "mem0top \(Version.number)", "User Commands"])
    page.section("NAME")
    page.paragraph("mem0top - watch, judge and repair a file-based queue of memories")
    page.section("SYNOPSIS")
    page.synopsis("mem0top", ["[--dir directory]"])
    page.synopsis("mem0top", ["command", "[arguments]"])
    page.section("DESCRIPTION")
    page.paragraph(
      "Without a command it opens the dashboard: server, queue, lock, dead letters and log of a directory,"
        + " with what is wrong and why in one sentence, and a key for the way out. ? shows the keys."
    )
    page.paragraph(
      "It never removes a lock that somebody holds, and never loses a memory. Commands print for people,"
        + " and with --json one object; errors are one sentence on standard error."
    )
    page.section("COMMANDS")
    for command in tree.command.shownSubcommands { describe(command, "mem0top", &page) }
    page.section("EXIT STATUS")
    for (status, meaning) in Self.statuses { page.item(status, meaning) }
    page.section("ENVIRONMENT")
    for (name, meaning) in Self.variables { page.item(name, meaning) }
    page.section("FILES")
    for (name, meaning) in Self.files { page.item(name, meaning) }
    page.section("SEE ALSO")
    page.paragraph("crontab(5), flock(1), systemd.service(5), tmux(1)")
    return page.text
  }

  private func describe(_ command: CommandTree.Command, _ parent: String, _ page: inout Roff) {
    let name = "\(parent) \(command.commandName)"
    page.subsection(name)
    if command.shownSubcommands.isEmpty {
      page.synopsis(name, command.shownArguments.map(Self.synopsis))
    }
    if let abstract = command.abstract { page.paragraph(abstract) }
    page.discussion(command.discussion ?? "")
    // What every command takes is said once, at the head.
    for argument in command.shownArguments where argument.preferredName?.name != "dir" {
      let names = (argument.names ?? []).map(\.text).joined(separator: ", ")
      let value = argument.valueName ?? ""
      let head =
        switch argument.kind {
        case .positional: value
        case .option: "\(names) \(value)"
        case .flag: names
        }
      page.item(head, argument.abstract ?? "")
    }
    for subcommand in command.shownSubcommands { describe(subcommand, name, &page) }
  }

  private static func synopsis(_ argument: CommandTree.Argument) -> String {
    let value = argument.valueName ?? ""
    let name = argument.preferredName?.text ?? ""
    let word =
      switch argument.kind {
      case .positional: value
      case .option: "\(name) \(value)"
      case .flag: name
      }
    let repeated = argument.isRepeating ? word + " ..." : word
    return argument.isOptional ? "[\(repeated)]" : repeated
  }

  private static let statuses = [
    ("0", "It was done, or there was nothing to do; check: all is well; probe: the server is up."),
    ("1", "It was refused or failed, with the reason; check: a warning; probe: not up."),
    ("2", "check: critical."),
    (
      "3",
      "check: it cannot be told, also for wrong usage and a wrong configuration."
    ),
    ("64", "Wrong usage (check: 3; hook: 0)."),
    ("78", "A wrong configuration, with file and line (check: 3; hook: 0)."),
    ("130, 143", "sync: a signal ended it; what was under way is acknowledged."),
  ]

  private static let variables = [
    ("MEM0TOP_DIR", "The directory to watch, where --dir does not name one."),
    ("MEM0TOP_RSH", "What takes the place of ssh and its options for --host and --hosts."),
    (
      "MEM0TOP_SECTION_NAME",
      "One for each setting, as MEM0TOP_SERVER_URL; \"mem0top config --example\" lists them."
    ),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME", "Where the configuration and our own state lie."),
    ("NO_COLOR", "Not empty: no colours."),
    (
      "CLICOLOR_FORCE, CLICOLOR",
      "Not empty and not 0: colours also where no terminal is; CLICOLOR=0: none."
    ),
    ("PAGER", "What shows a page as plain text."),
  ]

  private static let files = [
    ("~/.claude/mem0_queue.json", "The memories that wait."),
    ("~/.claude/mem0_queue_dlq.json", "The dead letters."),
    ("~/.claude/mem0_queue.lock", "The lock."),
    ("~/.claude/mem0_metrics.json", "What the worker last wrote about itself."),
    ("~/.claude/logs/mem0_worker.log", "The worker's log."),
    ("~/.config/mem0top/config.toml", "The configuration."),
    ("~/.local/state/mem0top", "Journal, copies, audit log and what was learned."),
  ]
}

/// Text in roff, line by line.
private struct Roff {
  private(set) var text = ""

  mutating func request(_ name: String, _ arguments: [String] = []) {
    let words = arguments.map { "\"\(Self.escaped($0).replacing("\"", with: "\\(dq"))\"" }
    text += ([".\(name)"] + words).joined(separator: " ") + "\n"
  }

  mutating func section(_ title: String) { request("SH", [title]) }

  mutating func subsection(_ title: String) { request("SS", [title]) }

  mutating func paragraph(_ sentence: String) {
    request("PP")
    line(sentence)
  }

  mutating func item(_ head: String, _ sentence: String) {
    request("TP")
    text += ".B \(Self.escaped(head))\n"
    line(sentence)
  }

  /// A command as it is typed.
  mutating func synopsis(_ name: String, _ words: [String]) {
    request("PP")
    text += "\\fB\(Self.escaped(name))\\fR \(words.map(Self.escaped).joined(separator: " "))\n"
  }

  /// What a command says of itself: paragraphs, and examples on lines of their own.
  mutating func discussion(_ discussion: String) {
    for part in discussion.split(separator: "\n") {
      guard let colon = Self.colon(ofExample: part) else {
        paragraph(String(part))
        continue
      }
      request("PP")
      line(String(part[...colon]))
      request("RS", [])
      request("nf")
      line(part[part.index(colon, offsetBy: 2)...].description)
      request("fi")
      request("RE")
    }
  }

  private mutating func line(_ sentence: String) { text += Self.escaped(sentence) + "\n" }

  /// The colon behind the head of a line like `Example: mem0top status`.
  private static func colon(ofExample line: Substring) -> Substring.Index? {
    guard let range = line.firstRange(of: ": "), line[..<range.lowerBound].count < 20 else {
      return nil
    }
    let head = line[..<range.lowerBound]
    return ["Example", "In ", "As "].contains(where: head.hasPrefix) ? range.lowerBound : nil
  }

  private static func escaped(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
      .replacing("…", with: "...").replacing("–", with: "\\-")
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
  }
}
