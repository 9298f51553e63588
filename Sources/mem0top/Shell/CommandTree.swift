internal import ArgumentParser
internal import FoundationEssentials

/// The commands with all that they take, as the parser itself describes them.
struct CommandTree: Decodable {
  struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool?
    let arguments: [Argument]?
    let subcommands: [Command]?

    /// What a person is shown of it, without what every command has.
    var shownArguments: [Argument] {
      (arguments ?? []).filter { argument in
        argument.shouldDisplay && !["help", "version"].contains(argument.preferredName?.name)
      }
    }

    /// The commands below it that a person is shown.
    var shownSubcommands: [Command] {
      (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      enum Kind: String, Decodable {
        case long, short, longWithSingleDash
      }

      let kind: Kind
      let name: String

      /// The name as it is typed.
      var text: String { (kind == .long ? "--" : "-") + name }
    }

    enum Kind: String, Decodable {
      case positional, option, flag
    }

    let kind: Kind
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let preferredName: Name?
    let valueName: String?
    let abstract: String?
  }

  let command: Command

  /// Reads the description that the parser gives of itself.
  static func read() throws(CommandFailure) -> CommandTree {
    do {
      return try JSONDecoder().decode(CommandTree.self, from: Data(Mem0top._dumpHelp().utf8))
    } catch {
      throw .system("The description of the commands could not be read: \(error).")
    }
  }
}
