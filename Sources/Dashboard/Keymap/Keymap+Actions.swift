/// The keys that change something, and those that say what.
extension Keymap {
  static let actions = [
    Binding(
      .act,
      [.character("c")],
      .clearLock,
      "clear lock",
      "clear the lock (mem0top unlock) if nobody holds it; asks where no process is recorded in it",
      footerRank: 3,
      disabledReason: { $0.obstacle(to: .clearLock) }
    ),
    Binding(
      .act,
      [.character("C")],
      .endHolder,
      "end holder",
      "end the hung holder of the lock, then clear it; asks for its PID",
      footerRank: 4,
      disabledReason: { $0.obstacle(to: .endHolder) }
    ),
    Binding(
      .act,
      [.character("r")],
      .retry,
      "retry",
      "make the marked dead letters due now, else the selected one; asks if there are several",
      footerRank: 5,
      disabledReason: { $0.obstacle(to: .retry) }
    ),
    Binding(
      .act,
      [.character("R")],
      .retryAll,
      "retry all",
      "make all dead letters that the filter shows due: now, or one first and the rest at a pace; asks, and "
        + "stops such a retry",
      footerRank: 6,
      titleNow: { model in
        guard model.pacing == nil else { return "stop retry" }
        return model.views.isEmpty ? "retry all" : nil
      },
      disabledReason: { $0.obstacle(to: .retryAll) }
    ),
    Binding(
      .act,
      [.character("s")],
      .runWorker,
      "sync now",
      "run the worker now; its output streams into the log panel",
      footerRank: 11,
      disabledReason: { $0.obstacle(to: .runWorker) }
    ),
    Binding(
      .act,
      [.character("x")],
      .drop,
      "drop",
      "drop the marked items, else the selected one; asks for its id, and keeps a copy",
      disabledReason: { $0.obstacle(to: .drop) }
    ),
    Binding(
      .act,
      [.character("u")],
      .undo,
      "undo",
      "take back the last retry or drop, as far as the file still allows it",
      disabledReason: { $0.obstacle(to: .undo) }
    ),
    Binding(
      .act,
      [.character(" ")],
      .mark,
      "mark",
      "mark or unmark the selected item or group, and move down",
      modes: [.dashboard],
      footerRank: 23,
      disabledReason: { $0.obstacle(to: .mark) }
    ),
    Binding(
      .act,
      [.character("*")],
      .markAll,
      "mark all",
      "mark all that the filter shows, or unmark them if all are marked",
      modes: [.dashboard],
      disabledReason: { $0.obstacle(to: .markAll) }
    ),
  ]
}
