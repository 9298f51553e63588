/// What keys do while a filter or the name of a command is typed: no other key does anything.
extension Model {
  /// Opens the line in which the filter is typed, with the present one to go on from.
  mutating func openFilter() {
    focus = .deadLetters
    filterEntry = TextEntry(deadLetters.filter.text)
  }

  mutating func typeFilter(_ key: Key) -> [Effect] {
    guard var entry = filterEntry else { return [] }
    let command = keymap.binding(for: key, in: .filtering)?.command
    switch command {
    case .submit:
      guard filterProblem == nil else { return [] }
      filterEntry = nil
      deadLetters.choose()
      return []
    case .decline:
      filterEntry = nil
      show(DeadLetterFilter())
      return []
    case .chooseNext: deadLetters.moveSelection(by: 1)
    case .choosePrevious: deadLetters.moveSelection(by: -1)
    default:
      entry.take(key, command)
      filterEntry = entry
      show(DeadLetterFilter(typed: entry.text))
    }
    return []
  }

  /// Why what is typed is no filter yet.
  var filterProblem: FilterProblem? {
    guard let filterEntry else { return nil }
    do throws(FilterProblem) {
      _ = try DeadLetterFilter(filterEntry.text)
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
      if let chosen = chosenCommand { opened.entry.replace(with: chosen.binding.command.words) }
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
      show(DeadLetterFilter(typed: entry.text))
    } else if var entry = searchEntry {
      entry.insert(pasted: text)
      searchEntry = entry
      look(for: entry.text)
    } else if palette != nil {
      palette?.entry.insert(pasted: text)
      palette?.row = 0
    }
  }

  /// Shows the dead letters that a filter lets through.
  mutating func show(_ filter: DeadLetterFilter) {
    deadLetters.show(filter, at: now, causes: causes)
  }

  private mutating func runChosenCommand() -> [Effect] {
    guard let chosen = chosenCommand else { return [] }
    palette = nil
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
