/// The keys that answer a question, and those that edit while text is typed.
extension Keymap {
  static let answers = asking + typing

  private static let asking = [
    Binding(
      .answer,
      [.character("y")],
      .confirm,
      "yes",
      "answer yes to a question; Enter never does",
      modes: [.question],
      footerRank: 0,
      titleNow: { $0.prompt?.pace == nil ? "yes" : "all now" }
    ),
    Binding(
      .answer,
      [.character("1")],
      .oneFirst,
      "one first",
      "make one of several dead letters due and, if it is delivered, the rest at a pace (dlq.pace)",
      modes: [.question],
      footerRank: 2,
      titleNow: { $0.prompt?.pace == nil ? nil : "one first" }
    ),
    Binding(
      .answer,
      [.character("n"), .escape, .character("q"), .control("c")],
      .decline,
      "no",
      "answer no to a question; every other key does too",
      modes: [.question],
      footerRank: 1
    ),
    Binding(
      .answer,
      [.enter],
      .submit,
      "confirm",
      "confirm with what was typed, keep the filter, find the text, or run the chosen command",
      modes: Mode.writing,
      footerRank: 0,
      titleNow: { model in
        switch model.mode {
        case .filtering: "keep"
        case .searching: "find"
        case .choosing: "run"
        default: "confirm"
        }
      }
    ),
    Binding(
      .answer,
      [.escape, .control("c")],
      .decline,
      "cancel",
      "change nothing, clear the filter, end the search, or leave the palette",
      modes: Mode.writing,
      footerRank: 1,
      titleNow: { [.filtering, .searching].contains($0.mode) ? "clear" : "cancel" }
    ),
    Binding(
      .answer,
      [.tab],
      .complete,
      "complete",
      "complete the name of the chosen command",
      modes: [.choosing],
      footerRank: 2
    ),
    Binding(
      .answer,
      [.down],
      .chooseNext,
      "next",
      "choose the next command, or the next item while the filter is typed",
      modes: [.choosing, .filtering],
      footerRank: 3
    ),
    Binding(
      .answer,
      [.up],
      .choosePrevious,
      "previous",
      "choose the previous one",
      modes: [.choosing, .filtering],
      footerRank: 4
    ),
  ]

  private static let typing = [
    edit([.backspace], .erase, "erase the character before the cursor"),
    edit([.control("w")], .eraseWord, "erase the word before the cursor"),
    edit([.control("u")], .eraseLine, "erase all before the cursor"),
    edit([.left], .cursorLeft, "move the cursor to the left"),
    edit([.right], .cursorRight, "move the cursor to the right"),
    edit([.home, .control("a")], .cursorStart, "move the cursor to the start"),
    edit([.end, .control("e")], .cursorEnd, "move the cursor to the end"),
  ]

  private static func edit(_ keys: [Key], _ command: Command, _ summary: String) -> Binding {
    Binding(.answer, keys, command, command.words, summary, modes: Mode.writing)
  }
}
