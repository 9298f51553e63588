/// What keys do while a filter or the name of a command is typed: no other key does anything.
extension Model {
  /// Opens the line in which the filter is typed, with the present one to go on from.
  mutating func openFilter() {
    focus = .deadLetters
    filterEntry = TextEntry(list.filter.text)
  }

  mutating func typeFilter(_ key: Key) -> [Effect] {
    guard var entry = filterEntry else { return [] }
    let command = keymap.binding(for: key, in: .filtering)?.command
    switch command {
    case .submit:
      guard filterProblem == nil else { return [] }
      filterEntry = nil
      // The words that only a look into the contents answers count from here on.
      if let filter = try? ItemFilter(entry.text) { show(filter) }
      list.choose()
      return []
    case .decline:
      filterEntry = nil
      show(ItemFilter())
      return []
    case .chooseNext: list.moveSelection(by: 1)
    case .choosePrevious: list.moveSelection(by: -1)
    default:
      entry.take(key, command)
      filterEntry = entry
      show(ItemFilter(typed: entry.text))
    }
    return []
  }

  /// Why what is typed is no filter yet.
  var filterProblem: FilterProblem? {
    guard let filterEntry else { return nil }
    do throws(FilterProblem) {
      _ = try ItemFilter(filterEntry.text)
      return nil
    } catch {
      return error
    }
  }

  mutating func typeCommand(_ key: Key) -> [Effect] {
    guard var opened = palette else { return [] }
    let command = keymap.binding(for: key, in: .choosing)?.command
    switch command {
    case .submit: return runChosenCommand()
    case .decline: palette = nil
    case .complete:
      if let command = chosenCommand?.binding.command, opened.argument(of: command) == nil {
        opened.entry.replace(with: command.words + (command.takesText ? " " : ""))
      }
      opened.row = 0
      palette = opened
    case .chooseNext:
      opened.row = min(opened.row + 1, max(paletteChoices.count - 1, 0))
      palette = opened
    case .choosePrevious:
      opened.row = max(opened.row - 1, 0)
      palette = opened
    default:
      let before = opened.entry.text
      opened.entry.take(key, command)
      if opened.entry.text != before { opened.row = 0 }
      palette = opened
    }
    return []
  }

  /// Takes a pasted text where one is typed; a question takes none, and keys are never pasted.
  mutating func paste(_ text: String) {
    if var entry = filterEntry {
      entry.insert(pasted: text)
      filterEntry = entry
      show(ItemFilter(typed: entry.text))
    } else if var entry = searchEntry {
      entry.insert(pasted: text)
      searchEntry = entry
      look(for: entry.text)
    } else if palette != nil {
      palette?.entry.insert(pasted: text)
      palette?.row = 0
    }
  }

  /// Shows the items that a filter lets through.
  mutating func show(_ filter: ItemFilter) {
    list.show(filter, at: now, causes: shownCauses)
  }

  private mutating func runChosenCommand() -> [Effect] {
    guard let chosen = chosenCommand else { return [] }
    let argument = palette?.argument(of: chosen.binding.command)
    palette = nil
    if chosen.disabledReason == nil, let argument, chosen.binding.command == .goToTime {
      return goToTime(argument)
    }
    return run(chosen.binding, unless: chosen.disabledReason)
  }
}

extension TextEntry {
  /// Takes a key: what it is bound to edits, a character is typed, others do nothing.
  mutating func take(_ key: Key, _ command: Command?) {
    if let command {
      edit(command)
    } else if case .character(let character) = key {
      insert(character)
    }
  }
}
