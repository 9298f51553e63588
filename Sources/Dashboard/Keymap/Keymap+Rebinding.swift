/// Why keys cannot be bound as the configuration wants.
package enum KeymapConflict: Error, Hashable, CustomStringConvertible {
  case unknownCommand(String)
  case notOneCharacter(String, for: String)
  case boundTwice(String, to: String, and: String)
  case isYes(String, for: String)

  /// The names of the commands that it is about.
  package var commands: [String] {
    switch self {
    case .unknownCommand(let name), .notOneCharacter(_, let name), .isYes(_, let name): [name]
    case .boundTwice(_, let first, let second): [first, second]
    }
  }

  package var description: String {
    switch self {
    case .unknownCommand(let name):
      "[keys] \(name): there is no such command; the palette of the dashboard lists them all."
    case .notOneCharacter(let text, let name):
      "[keys] \(name) = \"\(text)\": give one character that can be typed."
    case .boundTwice(let key, let first, let second):
      "[keys]: \"\(key)\" is bound to both \(first) and \(second); give one of them another key."
    case .isYes(let key, let name):
      "[keys] \(name) = \"\(key)\": this key says yes to questions, so it may not ask one."
    }
  }
}

extension Keymap {
  /// The table with other characters for some commands, given by the commands' names.
  ///
  /// A character replaces the command's characters; its named keys (arrows, Enter, Ctrl-C) stay.
  /// Nothing that asks may have the key that answers yes: pressed twice it would be a yes unread.
  package func rebound(_ keys: [String: String]) throws(KeymapConflict) -> Keymap {
    var result = self
    for (name, text) in keys.sorted(by: { $0.key < $1.key }) {
      let indices = bindings.indices.filter {
        bindings[$0].section != .answer && bindings[$0].command.name == name
      }
      guard !indices.isEmpty else { throw .unknownCommand(name) }
      guard let character = text.first, text.count == 1,
        !text.unicodeScalars.contains(where: CellWidth.isRefused)
      else { throw .notOneCharacter(text, for: name) }
      for index in indices { result.bindings[index].replaceCharacters(with: character) }
    }
    try result.findConflict()
    return result
  }

  private func findConflict() throws(KeymapConflict) {
    let isYes = binding(of: .confirm)?.keys ?? []
    for (index, binding) in bindings.enumerated() {
      for key in binding.keys {
        let other = bindings[..<index].first {
          $0.keys.contains(key) && !Set($0.modes).isDisjoint(with: binding.modes)
        }
        if let other {
          throw .boundTwice(key.label(), to: other.command.name, and: binding.command.name)
        }
        if binding.section == .act, isYes.contains(key) {
          throw .isYes(key.label(), for: binding.command.name)
        }
      }
    }
  }
}

extension Binding {
  fileprivate mutating func replaceCharacters(with character: Character) {
    let named = keys.filter { if case .character = $0 { false } else { true } }
    keys = [.character(character)] + named
  }
}
