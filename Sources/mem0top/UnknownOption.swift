internal import ArgumentParser
internal import QueueEngine

/// An option that the command does not have.
///
/// The parser says so only where nothing else is wrong: of `retry --al` it says that ids are missing.
struct UnknownOption: Error, CustomStringConvertible {
  let description: String

  /// The first of the words that is an option which the command does not have; `nil` where there is none.
  ///
  /// - Parameters:
  ///   - words: What stands behind the command.
  ///   - path: The command's name, by its words without the program's.
  init?(in words: ArraySlice<String>, of path: [String]) {
    guard let tree = try? CommandTree.read(),
      let command = tree.command(at: path.isEmpty ? ["dashboard"] : path)
    else {
      return nil
    }
    // Of a group of commands one may run where none is named.
    let known =
      (command.arguments ?? []) + (command.subcommands ?? []).flatMap { $0.arguments ?? [] }
    var isValue = false
    for word in words.prefix(while: { $0 != "--" }) {
      let name = word.prefix { $0 != "=" }
      defer { isValue = Self.takesValue(String(name), known) && !word.contains("=") }
      let isOption = !isValue && word.hasPrefix("--") && word.count > 2
      guard isOption, !Self.isKnown(String(name), known) else { continue }
      description = Self.sentence(String(name), of: path, known, tree)
      return
    }
    return nil
  }

  private static func isKnown(_ name: String, _ arguments: [CommandTree.Argument]) -> Bool {
    ["--help", "--version", "--help-hidden"].contains(name)
      || arguments.contains { ($0.names ?? []).contains { $0.text == name } }
  }

  private static func takesValue(_ name: String, _ arguments: [CommandTree.Argument]) -> Bool {
    arguments.contains { $0.kind == .option && ($0.names ?? []).contains { $0.text == name } }
  }

  private static func sentence(
    _ name: String,
    of path: [String],
    _ arguments: [CommandTree.Argument],
    _ tree: CommandTree
  ) -> String {
    let command = (["mem0top"] + path).joined(separator: " ")
    let opening = "\(command) has no option \(Scrubber.scrub(name))."
    if ["--host", "--hosts"].contains(name) {
      return "\(opening) It works on this machine; of another run it there: ssh HOST \(command)."
    }
    let names = arguments.filter(\.shouldDisplay).flatMap { $0.names ?? [] }
      .filter { $0.kind == .long }.map(\.name)
    let near = CommandChoice.nearest(to: String(name.dropFirst(2)), among: names)
    return opening
      + (near.map { " Did you mean --\($0)?" } ?? " \"\(command) --help\" lists them.")
  }
}

extension CommandTree {
  /// The command of that name, by its words without the program's; `nil` where there is none.
  fileprivate func command(at path: [String]) -> Command? {
    path.reduce(command) { command, word in
      command?.subcommands?.first { $0.commandName == word }
    }
  }
}
