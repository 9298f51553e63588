/// The keys that go through a recording; while one is open they come before all others.
extension Keymap {
  static let replaying = [
    binding([.character(" "), .character("p")], .play, "play", "play the recording, or stop", 25) {
      $0.replay?.isPlaying == true ? "stop" : "play"
    },
    binding([.right], .nextChange, "next", "show the next change", 26),
    binding([.left], .previousChange, "back", "show the change before", 27),
    binding([.character(".")], .tenMinutesOn, "10 min on", "go ten minutes on", 28),
    binding([.character(",")], .tenMinutesBack, "10 min back", "go ten minutes back", 29),
    binding([.character("+")], .playFaster, "faster", "play faster"),
    binding([.character("-")], .playSlower, "slower", "play slower"),
  ]

  private static func binding(
    _ keys: [Key],
    _ command: Command,
    _ title: String,
    _ summary: String,
    _ footerRank: Int? = nil,
    titleNow: (@Sendable (Model) -> String?)? = nil
  ) -> Binding {
    Binding(
      .replay,
      keys,
      command,
      title,
      summary,
      modes: [.replaying],
      footerRank: footerRank,
      titleNow: titleNow,
      disabledReason: { $0.replayObstacle }
    )
  }
}
