extension Keymap {
  /// The commands that mean the same on the screen of many machines.
  private static let commandsOfFleet: Set<Command> = [
    .moveDown, .moveUp, .pageDown, .pageUp, .halfPageDown, .halfPageUp, .first, .last, .open, .sort,
    .reverseSort, .nextTheme, .mouse, .redraw, .palette, .help, .quit, .interrupt, .forbidChanges,
    .allowChanges,
  ]

  /// The bindings, those that mean something there made valid on the screen of many machines.
  static func withFleet(_ bindings: [Binding]) -> [Binding] {
    bindings.map { binding in
      guard commandsOfFleet.contains(binding.command), binding.section != .answer else {
        return binding
      }
      return binding.inFleet
    }
  }
}

extension Binding {
  /// The same, valid on the screen of many machines, where no panel stands in its way.
  fileprivate var inFleet: Binding {
    let (title, reason, command) = (title, disabledReason, command)
    return Binding(
      section,
      keys,
      command,
      "",
      summary,
      modes: modes + [.fleet],
      footerRank: footerRank,
      titleNow: { model in
        guard model.isFleetShown else { return title(model) }
        return command == .open ? "open it there" : title(model)
      },
      disabledReason: { model in model.isFleetShown && command.isOfTable ? nil : reason(model) }
    )
  }
}

extension Command {
  /// Whether the screen of many machines carries it out itself.
  var isOfFleet: Bool {
    switch self {
    case .moveDown, .moveUp, .pageDown, .pageUp, .halfPageDown, .halfPageUp, .first, .last: true
    default: isOfTable
    }
  }

  /// Whether it is about the rows of the table.
  fileprivate var isOfTable: Bool { self == .open || self == .sort || self == .reverseSort }
}
