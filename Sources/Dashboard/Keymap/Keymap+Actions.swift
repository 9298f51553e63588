/// The keys that change something, and those that answer when one of them asks.
extension Keymap {
  static let actions = [
    Binding(
      .act,
      [.character("c")],
      .clearLock,
      "clear lock",
      "clear the lock if nobody holds it; asks where no process is recorded in it",
      footerRank: 3,
      disabledReason: { $0.obstacle(to: .clearLock) }
    ),
    Binding(
      .act,
      [.character("C")],
      .endHolder,
      "end holder",
      "end the process that hangs with the lock, and clear it; asks for its PID",
      footerRank: 4,
      disabledReason: { $0.obstacle(to: .endHolder) }
    ),
    Binding(
      .act,
      [.character("r")],
      .retry,
      "retry",
      "make the marked dead letters due now, else the selected one; asks for more than one",
      footerRank: 5,
      disabledReason: { $0.obstacle(to: .retry) }
    ),
    Binding(
      .act,
      [.character("R")],
      .retryAll,
      "retry all",
      "make all dead letters of the list due now; asks, and names the count",
      modes: [.dashboard],
      footerRank: 6,
      disabledReason: { $0.obstacle(to: .retryAll) }
    ),
    Binding(
      .act,
      [.character("s")],
      .runWorker,
      "run worker",
      "run the worker now; its output streams into the log panel",
      footerRank: 9,
      disabledReason: { $0.obstacle(to: .runWorker) }
    ),
    Binding(
      .act,
      [.character(" ")],
      .mark,
      "mark",
      "mark the selected dead letter or take its mark off, and move down",
      modes: [.dashboard],
      footerRank: 10,
      disabledReason: { $0.obstacle(to: .mark) }
    ),
    Binding(
      .act,
      [.character("*")],
      .markAll,
      "mark all",
      "mark all dead letters of the list, or none if all are marked",
      modes: [.dashboard],
      disabledReason: { $0.obstacle(to: .markAll) }
    ),
  ]

  static let answers = [
    Binding(
      .answer,
      [.character("y")],
      .confirm,
      "yes",
      "yes to a question; Enter never is",
      modes: [.question],
      footerRank: 0
    ),
    Binding(
      .answer,
      [.character("n"), .escape, .character("q"), .control("c")],
      .decline,
      "no",
      "no; so is every other key",
      modes: [.question],
      footerRank: 1
    ),
    Binding(
      .answer,
      [.enter],
      .submit,
      "confirm",
      "confirm with the number that was typed",
      modes: [.typing],
      footerRank: 0
    ),
    Binding(
      .answer,
      [.escape, .control("c")],
      .decline,
      "cancel",
      "change nothing",
      modes: [.typing],
      footerRank: 1
    ),
    Binding(
      .answer,
      [.backspace],
      .erase,
      "erase",
      "take the last digit back",
      modes: [.typing]
    ),
  ]
}
