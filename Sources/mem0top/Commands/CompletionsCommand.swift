internal import ArgumentParser

/// `completions`: what a shell needs to complete commands, options, ids and projects.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Prints the completions for a shell: bash, zsh or fish.",
    discussion: """
      "make install" puts them where the shells look. Ids and projects are those of the files at that \
      moment.

      Example: source <(mem0top completions bash)
      Example: mem0top completions fish > ~/.config/fish/completions/mem0top.fish
      """
  )

  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish

    fileprivate var completionShell: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }

  @Argument(help: "The shell: bash, zsh or fish.")
  var shell: Shell

  func run() throws {
    Output.print(Mem0top.completionScript(for: shell.completionShell))
  }
}

/// `manual`: the manual page, made of what the commands say of themselves.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Prints the manual page mem0top(1) in roff.",
    discussion: "Example: mem0top manual | man -l -"
  )

  func run() throws {
    Output.write(ManualPage(tree: try CommandTree.read()).text)
  }
}
