/// What the lanes of one sweep share: what is to be done next, and what was seen.
actor CrashAccount {
  /// What was done.
  struct Figures: CustomStringConvertible {
    var points = 0
    var kills = 0
    var faults = 0
    var recoveryPoints = 0
    var secondKills = 0
    /// Points that the program did not come to.
    var missed = 0

    var description: String {
      "points=\(points) kills=\(kills) faults=\(faults) recovery-points=\(recoveryPoints)"
        + " second-kills=\(secondKills) missed=\(missed)"
    }
  }

  private(set) var figures = Figures()
  /// What a first crash has left, each once.
  private(set) var states: Set<String> = []
  /// States from which everything was brought in order, whatever led there.
  private(set) var proven: Set<String> = []
  private var turns = 0

  /// The number of the next piece of work, from 0 up.
  func takeTurn() -> Int {
    defer { turns += 1 }
    return turns
  }

  /// Changes the figures.
  func update(_ change: @Sendable (inout Figures) -> Void) { change(&figures) }

  /// Notes what a first crash has left; says whether it is new.
  func note(_ state: String) -> Bool { states.insert(state).inserted }

  func isProven(_ state: String) -> Bool { proven.contains(state) }

  /// Notes a state from which everything was brought in order.
  func prove(_ state: String) { proven.insert(state) }
}
