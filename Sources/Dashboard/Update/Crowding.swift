/// Keys that came together with other bytes: typed ahead, or pasted without marks, or half a sequence.
///
/// They move and show as ever. What counts they do not do, because nobody can tell that they were typed.
extension Model {
  mutating func pressInCrowd(_ key: Key) -> [Effect] {
    guard let binding = actingBinding(for: key) else {
      let before = notice
      defer { if notice == nil { notice = before } }
      return press(key)
    }
    let words = binding.title(self) ?? binding.command.words
    note(
      .hint,
      "\(key.label(charset)) (\(words)) came together with other keys, as a paste does: press it alone."
    )
    return []
  }

  /// The binding of a key that would count for something now; `nil` where it would not.
  private func actingBinding(for key: Key) -> Binding? {
    guard let binding = keymap.binding(for: key, in: mode), acts(binding) else { return nil }
    return binding
  }

  /// Whether a key does more than to move, to show and to write: it changes files, answers a question
  /// with anything but no, ends the program, or leaves the screen.
  func acts(_ binding: Binding) -> Bool {
    switch binding.command {
    case .mark, .markAll: false
    case .quit, .interrupt, .copy, .page, .allowChanges: true
    case .decline: false
    case .submit:
      mode == .typing || mode == .choosing && chosenCommand.map { acts($0.binding) } == true
    default: binding.section == .act || mode == .question
    }
  }
}
