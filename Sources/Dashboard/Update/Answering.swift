/// What keys do while a question is open: they answer it, and nothing else.
extension Model {
  mutating func answer(_ key: Key) -> [Effect] {
    let command = keymap.binding(for: key, in: mode)?.command
    switch prompt?.answer {
    case .yesOrNo where command == .oneFirst && prompt?.pace != nil: return beginPace()
    case .yesOrNo: return command == .confirm ? agree() : decline()
    case .number, .text: return type(key, command)
    case nil: return []
    }
  }

  /// Closes the question as a no.
  mutating func decline() -> [Effect] {
    prompt = nil
    note(.hint, "Nothing was changed.")
    return []
  }

  private mutating func agree() -> [Effect] {
    guard let request = prompt?.request else { return [] }
    prompt = nil
    return start(request)
  }

  private mutating func type(_ key: Key, _ command: Command?) -> [Effect] {
    switch command {
    case .submit:
      if prompt?.isConfirmedByTyping == true { return agree() }
      prompt?.object()
    case .decline: return decline()
    case let command?: prompt?.edit(command)
    case nil:
      if case .character(let character) = key { prompt?.type(character) }
    }
    return []
  }
}
