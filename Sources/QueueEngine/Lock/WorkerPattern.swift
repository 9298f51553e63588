/// Tells a worker from a process that merely mentions one.
///
/// A command line is a worker's if one of the configured texts begins in the *program*: the name in
/// `argv[0]`, or, where that is an interpreter, the script or module that it runs. So
/// `python3 -u /opt/mem0_queue_worker.py` and `mem0top sync --watch` are workers; `vim
/// mem0_queue_worker.py`, `tail -f`, `pgrep -f`, `sh -c "…"` and `timeout 60 …` (whose child is the
/// worker) are not.
package struct WorkerPattern: Hashable, Sendable {
  private let texts: [[UInt8]]

  /// Programs that run a script named by an argument, with the options that a value follows.
  private static let interpreters: [String: Set<String>] = [
    "python": ["-X", "-W"], "pypy": ["-X", "-W"], "node": ["-r", "--require", "--import"],
    "deno": [], "bun": [], "ruby": ["-r", "-I"], "perl": ["-I"], "php": ["-d"],
    "java": ["-cp", "-classpath"], "sh": ["-o"], "bash": ["-o", "-O"], "dash": ["-o"],
    "zsh": ["-o"], "ksh": ["-o"], "fish": [],
  ]

  package init(texts: [String]) {
    self.texts = texts.filter { !$0.isEmpty }.map { Array($0.utf8) }
  }

  /// Whether the raw command line (arguments separated by NUL, as the kernel keeps it) is a worker's.
  package func matches(commandLine: some Collection<UInt8>) -> Bool {
    let line = commandLine.map { $0 == 0 ? UInt8(ascii: " ") : $0 }
    // Almost no command line mentions a worker; only those that do are taken apart.
    guard texts.contains(where: { Self.firstIndex(of: $0, in: line[...]) != nil }) else {
      return false
    }
    let arguments = Self.arguments(of: commandLine)
    return Self.programs(in: arguments).contains { index in
      let start = arguments.prefix(index).reduce(0) { $0 + $1.count + 1 }
      let path = arguments[index]
      let name = path.lastIndex(of: UInt8(ascii: "/")).map { path.index(after: $0) } ?? 0
      // An absolute path may be configured; otherwise only the name counts, not its directory.
      return texts.contains { text in
        let from = start + (text.first == UInt8(ascii: "/") ? 0 : name)
        guard let hit = Self.firstIndex(of: text, in: line[from...]) else { return false }
        return hit < start + path.count
      }
    }
  }

  /// The indices of the arguments that say which program runs: `argv[0]` and perhaps a script.
  private static func programs(in arguments: [[UInt8]]) -> [Int] {
    guard let first = arguments.first else { return [] }
    let name = String(decoding: first.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
    let stem = String(name.prefix { $0.isLetter })
    guard let optionsWithValue = interpreters[stem] else { return [0] }
    var index = 1
    while index < arguments.count {
      let argument = String(decoding: arguments[index], as: UTF8.self)
      if isCode(argument, interpreter: stem) { return [0] }
      let isSubcommand = argument == "run" && (stem == "deno" || stem == "bun")
      guard argument.hasPrefix("-") || isSubcommand else { return [0, index] }
      index += optionsWithValue.contains(argument) ? 2 : 1
    }
    return [0]
  }

  /// Whether code follows the option instead of a script: `python3 -c`, `sh -lc`, `node --eval`.
  private static func isCode(_ option: String, interpreter: String) -> Bool {
    guard option.hasPrefix("-") else { return false }
    if interpreter.hasSuffix("sh") { return !option.hasPrefix("--") && option.contains("c") }
    return option == "-c" || ["-e", "--eval", "-p", "--print"].contains(option)
  }

  private static func arguments(of commandLine: some Collection<UInt8>) -> [[UInt8]] {
    commandLine.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
  }

  private static func firstIndex(of text: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
    guard let first = text.first else { return nil }
    var rest = line
    while let at = rest.firstIndex(of: first) {
      if line[at...].starts(with: text) { return at }
      rest = rest[(at + 1)...]
    }
    return nil
  }
}
