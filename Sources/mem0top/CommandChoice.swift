internal import ArgumentParser
internal import QueueEngine

/// The words on the command line that should name a command.
///
/// The parser gives what it does not know to the dashboard, which complains of an argument; who has
/// mistyped a command is better told which one is near.
enum CommandChoice {
  /// The command that the arguments ask for, ready to run.
  ///
  /// To set up the parser of all commands takes a third of the time of one of them. So the command that the
  /// words name reads its arguments by itself; whatever it does not understand, a call for help too, is for
  /// the parser of all to answer, which knows the whole name.
  static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    let (command, path, rest) = try find(arguments)
    // To be helped with a command is not to run it.
    let isHelp = arguments.first == "help"
    if !isHelp, command.configuration.subcommands.isEmpty,
      let parsed = try? command.parseAsRoot(Array(rest))
    {
      return parsed
    }
    do {
      return try Mem0top.parseAsRoot(arguments)
    } catch {
      let isWrong = !Mem0top.exitCode(for: error).isSuccess && !isHelp
      throw isWrong ? UnknownOption(in: rest, of: path) ?? error : error
    }
  }

  /// The command that the first words name, its name by words, and the arguments that are left for it; a
  /// word that names none is refused with the nearest that there is.
  private static func find(
    _ arguments: [String]
  ) throws(ValidationError) -> (any ParsableCommand.Type, path: [String], ArraySlice<String>) {
    var words = arguments[...]
    var command: any ParsableCommand.Type = Mem0top.self
    var path: [String] = []
    if words.first == "help" { words.removeFirst() }
    try refuseDirectory(before: words)
    while let word = words.first, !word.hasPrefix("-") {
      let commands = command.configuration.subcommands
      guard !commands.isEmpty, word != "help" else { break }
      guard let next = commands.first(where: { $0.configuration.commandName == word }) else {
        let name = (["mem0top"] + path).joined(separator: " ")
        throw ValidationError(complaint(of: word, commands, name))
      }
      command = next
      path.append(word)
      words.removeFirst()
    }
    return (command, path, words)
  }

  /// The directory belongs behind the command, where other programs have their options before it.
  private static func refuseDirectory(before words: ArraySlice<String>) throws(ValidationError) {
    guard let option = words.first, option == "--dir" || option.hasPrefix("--dir=") else { return }
    let behind = words.dropFirst(option == "--dir" ? 2 : 1)
    guard let word = behind.first,
      Mem0top.configuration.subcommands.contains(where: { $0.configuration.commandName == word })
    else { return }
    throw ValidationError("--dir stands behind the command: mem0top \(word) --dir DIRECTORY.")
  }

  /// What people type who know other programs.
  private static let synonyms = ["version": "--version", "man": "manual", "tui": "dashboard"]

  private static func complaint(
    of word: String,
    _ commands: [any ParsableCommand.Type],
    _ path: String
  ) -> String {
    let names = commands.filter { $0.configuration.shouldDisplay }
      .compactMap { $0.configuration.commandName }
    let hint = (synonyms[word] ?? nearest(to: word, among: names))
      .map { " Did you mean \"\(path) \($0)\"?" }
    return "\"\(Scrubber.scrub(word))\" is not a command of \(path)."
      + (hint ?? " \"\(path) --help\" lists them.")
  }

  /// The name that was meant by a word: one that begins so, else the nearest; `nil` where none is near.
  static func nearest(to word: String, among names: [String]) -> String? {
    if word.count > 1, let whole = names.first(where: { $0.hasPrefix(word) }) { return whole }
    let nearest = names.map { (name: $0, distance: distance(from: word, to: $0)) }
      .min { $0.distance < $1.distance }
    return nearest.flatMap { $0.distance <= max(1, $0.name.count / 2) ? $0.name : nil }
  }

  /// How many letters must be changed, added, removed or swapped with the next to make one word of another.
  private static func distance(from one: String, to other: String) -> Int {
    let (one, other) = (Array(one.prefix(64)), Array(other))
    var rows = [[Int]](repeating: [Int](repeating: 0, count: other.count + 1), count: one.count + 1)
    for row in 0...one.count { rows[row][0] = row }
    for column in 0...other.count { rows[0][column] = column }
    for row in one.indices {
      for column in other.indices {
        let change = one[row] == other[column] ? 0 : 1
        var least = min(rows[row][column] + change, rows[row][column + 1] + 1)
        least = min(least, rows[row + 1][column] + 1)
        if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
          least = min(least, rows[row - 1][column - 1] + 1)
        }
        rows[row + 1][column + 1] = least
      }
    }
    return rows[one.count][other.count]
  }
}
