/// What a command line has to do with a worker.
package enum WorkerRole: Sendable, Hashable {
  /// Nothing.
  case none
  /// An interpreter, a shell or a loader that merely mentions one: it may be a worker.
  case doubtful
  /// A worker runs as its child, behind `timeout` and the like.
  case wrapper
  /// A shell runs a worker's script: what it starts may do the work.
  case script
  /// A worker.
  case sure

  /// Whether it is what `worker.match` names.
  package var isSure: Bool { self != .none && self != .doubtful }
}

/// Tells a worker from a process that merely mentions one.
///
/// A command line is a worker's if one of the configured texts begins in the *program*: the name in
/// `argv[0]`, or, where that is an interpreter, the script or module that it runs, also behind a
/// profiler, a loader or `timeout`. So `python3 -u /opt/mem0_queue_worker.py`, `python3 -m cProfile -m
/// mem0_queue_worker` and `mem0top sync --watch` are workers; `sh -c "…"` and `python3 -c "…"` with such
/// a text may be; `vim mem0_queue_worker.py`, `tail -f` and `pgrep -f` are not.
package struct WorkerPattern: Hashable, Sendable {
  private let texts: [[UInt8]]

  package init(texts: [String]) {
    self.texts = texts.filter { !$0.isEmpty }.map { Array($0.utf8) }
  }

  /// What the raw command line (arguments separated by NUL, as the kernel keeps it) is.
  package func role(of commandLine: some Collection<UInt8>) -> WorkerRole {
    let line = commandLine.map { $0 == 0 ? UInt8(ascii: " ") : $0 }
    // Almost no command line mentions a worker; only those that do are taken apart.
    guard texts.contains(where: { line[...].firstIndex(of: $0) != nil }) else { return .none }
    let parts = commandLine.split(separator: 0, omittingEmptySubsequences: false)
    var arguments: [CommandArgument] = []
    var start = 0
    for part in parts {
      arguments.append(CommandArgument(bytes: Array(part), start: start))
      start += part.count + 1
    }
    return CommandReading(arguments: arguments) { names($0, in: line) }.role(from: 0)
  }

  /// Whether a text begins in the name of a program: an absolute path may be configured, otherwise its
  /// directory does not count.
  private func names(_ argument: CommandArgument, in line: [UInt8]) -> Bool {
    let name = argument.start + argument.nameOffset
    return texts.contains { text in
      let from = text.first == UInt8(ascii: "/") ? argument.start : name
      guard from < line.count, let hit = line[from...].firstIndex(of: text) else { return false }
      return hit < argument.start + argument.bytes.count
    }
  }
}

/// An argument of a command line, and where it begins in the line.
private struct CommandArgument {
  let bytes: [UInt8]
  let start: Int

  /// Where the last part of the path begins.
  var nameOffset: Int { bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0 }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  var name: String { String(decoding: bytes[nameOffset...], as: UTF8.self) }
}

/// Finds the program in a command line that mentions a worker.
private struct CommandReading {
  let arguments: [CommandArgument]
  let isWorker: (CommandArgument) -> Bool

  /// Programs that run a script named by an argument, with the options that a value follows.
  private static let interpreters: [String: Set<String>] = [
    "python": ["-X", "-W", "--check-hash-based-pycs"], "pypy": ["-X", "-W"],
    "node": ["-r", "--require", "--import"], "deno": [], "bun": [], "ruby": ["-r", "-I"],
    "perl": ["-I"], "php": ["-d"], "java": ["-cp", "-classpath"], "sh": ["-o"],
    "bash": ["-o", "-O", "--rcfile", "--init-file"], "dash": ["-o"], "zsh": ["-o"], "ksh": ["-o"],
    "fish": [], "busybox": [],
  ]
  private static let shells: Set<String> = ["sh", "bash", "dash", "zsh", "ksh", "fish", "busybox"]
  /// Modules of Python that run another module or script.
  private static let runners: Set<String> = [
    "cProfile", "profile", "trace", "pdb", "runpy", "coverage", "debugpy", "viztracer", "kernprof",
    "memory_profiler", "tracemalloc", "faulthandler", "bdb", "line_profiler",
  ]
  /// Programs that start another one: the options that a value follows, and how many arguments
  /// stand before the command.
  private static let wrappers: [String: (options: Set<String>, skips: Int)] = [
    "timeout": (["-k", "-s", "--kill-after", "--signal"], 1), "env": (["-u", "-C", "-S"], 0),
    "nice": (["-n", "--adjustment"], 0), "ionice": (["-c", "-n"], 0), "nohup": ([], 0),
    "setsid": ([], 0), "stdbuf": (["-i", "-o", "-e"], 0), "chrt": ([], 1), "taskset": ([], 1),
    "flock": (["-w", "-E", "--timeout", "--wait", "--conflict-exit-code"], 1),
    "sudo": (["-u", "-g", "-C", "-h"], 0), "doas": (["-u", "-C"], 0), "runuser": (["-u"], 0),
    "setpriv": (["--reuid", "--regid", "--groups"], 0), "unshare": ([], 0),
    "time": (["-o", "-f"], 0),
    "strace": (["-o", "-e", "-p", "-s"], 0), "tini": ([], 0), "dumb": ([], 0), "gosu": ([], 1),
    "chpst": (["-u", "-e", "-n"], 0), "cronic": ([], 0), "chronic": ([], 0), "systemd": ([], 0),
  ]

  func role(from index: Int) -> WorkerRole {
    guard arguments.indices.contains(index) else { return .none }
    let argument = arguments[index]
    if isWorker(argument) { return .sure }
    if argument.name.hasPrefix("ld-") || argument.name.hasPrefix("ld.so") {
      let next = skip(
        from: index + 1,
        options: ["--library-path", "--preload", "--argv0", "--audit", "--inhibit-rpath"]
      )
      return orDoubtful(role(from: next))
    }
    let stem = String(argument.name.prefix { $0.isLetter })
    if let wrapper = Self.wrappers[stem] {
      let inner = role(from: skip(from: index + 1, options: wrapper.options) + wrapper.skips)
      return inner.isSure ? .wrapper : .doubtful
    }
    guard let options = Self.interpreters[stem] else { return .none }
    return orDoubtful(script(from: index + 1, of: stem, options: options))
  }

  /// What an interpreter runs.
  private func script(from start: Int, of stem: String, options: Set<String>) -> WorkerRole {
    var index = start
    while index < arguments.count {
      let text = arguments[index].text
      if isCode(text, interpreter: stem) { return .doubtful }
      if text == "-m", stem == "python" || stem == "pypy" { return module(at: index + 1) }
      let isSubcommand = text == "run" && (stem == "deno" || stem == "bun")
      if !text.hasPrefix("-"), !isSubcommand {
        guard isWorker(arguments[index]) else { return .doubtful }
        return Self.shells.contains(stem) ? .script : .sure
      }
      index += options.contains(text) ? 2 : 1
    }
    return .none
  }

  /// What `python -m` runs: the module itself, or what a profiler or debugger of that name runs.
  private func module(at index: Int) -> WorkerRole {
    guard arguments.indices.contains(index) else { return .none }
    if isWorker(arguments[index]) { return .sure }
    let name = String(arguments[index].text.prefix { $0 != "." })
    guard Self.runners.contains(name) else { return .doubtful }
    let next = skip(
      from: index + 1,
      options: ["-o", "-s", "-f", "-C", "-c", "--outfile", "--sort", "--file", "--coverdir"],
      commands: ["run", "-m", "--module", "--listen"]
    )
    return arguments.indices.contains(next) && isWorker(arguments[next]) ? .sure : .doubtful
  }

  /// The first argument that is neither an option nor its value, nor a variable of `env`.
  private func skip(from start: Int, options: Set<String>, commands: Set<String> = []) -> Int {
    var index = start
    while index < arguments.count {
      let text = arguments[index].text
      let isVariable = text.firstIndex(of: "=").map { !text[..<$0].contains("/") } ?? false
      guard text.hasPrefix("-") || isVariable || commands.contains(text) else { return index }
      index += options.contains(text) ? 2 : 1
    }
    return index
  }

  private func orDoubtful(_ role: WorkerRole) -> WorkerRole { role == .none ? .doubtful : role }

  /// Whether code follows the option instead of a script: `python3 -c`, `sh -lc`, `node --eval`.
  private func isCode(_ option: String, interpreter: String) -> Bool {
    guard option.hasPrefix("-") else { return false }
    if Self.shells.contains(interpreter) {
      return !option.hasPrefix("--") && option.contains("c")
    }
    return option == "-c" || ["-e", "--eval", "-p", "--print"].contains(option)
  }
}

extension ArraySlice<UInt8> {
  /// Where a text first occurs.
  fileprivate func firstIndex(of text: [UInt8]) -> Int? {
    guard let first = text.first else { return nil }
    var rest = self
    while let at = rest.firstIndex(of: first) {
      if self[at...].starts(with: text) { return at }
      rest = rest[(at + 1)...]
    }
    return nil
  }
}
