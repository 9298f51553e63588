internal import QueueEngine

/// What the keys do on the screen of many machines, and the way to one of them and back.
extension Model {
  /// Makes it the model of many machines.
  package mutating func watch(_ machines: [FleetMachine]) { fleet = Fleet(machines) }

  /// Whether the machines are shown, not the dashboard of one of them.
  package var isFleetShown: Bool { fleet != nil && fleet?.opened == nil }

  /// The machine whose dashboard this is; `nil` where it is this one.
  package var machineName: String? { fleet?.openMachine?.name }

  /// Why the open machine's data may be old: its link is not there.
  var linkLoss: String? {
    switch fleet?.openMachine?.standing {
    case .lost(let reason)?: reason
    case .connecting?: "the link is being made"
    case .live?, nil: nil
    }
  }

  /// Why nothing may be changed on the open machine; `nil` where it is this one.
  var machineObstacle: String? {
    guard let machine = fleet?.openMachine else { return nil }
    if linkLoss != nil {
      return "The link to \(machine.name) is down: nothing can be changed there now."
    }
    guard machine.takesActions else {
      return
        "\(machine.name) is only looked at: \"actions = true\" beside its host under [[hosts]] in this"
        + " machine's config.toml allows more."
    }
    return nil
  }

  mutating func take(_ changed: [Int: FleetMachine]) {
    fleet?.take(changed)
    guard let opened = fleet?.opened, let machine = changed[opened] else { return }
    workerCommand = machine.workerCommand
    if let settings = machine.settings { self.settings = settings }
  }

  mutating func performInFleet(_ command: Command) -> [Effect] {
    let page = max(fleetRows - 1, 1)
    let all = fleet?.rows.count ?? 0
    switch command {
    case .moveDown: fleet?.move(by: 1)
    case .moveUp: fleet?.move(by: -1)
    case .pageDown: fleet?.move(by: page)
    case .pageUp: fleet?.move(by: -page)
    case .halfPageDown: fleet?.move(by: max(page / 2, 1))
    case .halfPageUp: fleet?.move(by: -max(page / 2, 1))
    case .first: fleet?.move(by: -all)
    case .last: fleet?.move(by: all)
    case .sort: fleet?.useNextOrder()
    case .reverseSort: fleet?.reverse()
    case .open: return openMachine()
    default: return []
    }
    return []
  }

  /// Opens the dashboard of the selected machine, as a new one.
  private mutating func openMachine() -> [Effect] {
    guard let place = fleet?.selection, let machine = fleet?.machines[place] else { return [] }
    startOver(at: now + machine.clockLead, settings: machine.settings ?? settings)
    fleet?.opened = place
    fleet?.choose()
    workerCommand = machine.workerCommand
    return [.openMachine(place)]
  }

  /// Goes back to all machines.
  mutating func closeMachine() -> [Effect] {
    guard let machine = fleet?.openMachine else { return [] }
    let pending = running.last.map { "\($0.progress) on \(machine.name)" }
    startOver(at: now - machine.clockLead, settings: settings)
    fleet?.opened = nil
    if let pending { note(.hint, "Still \(pending); what becomes of it is told here.") }
    return [.openMachine(nil)]
  }

  /// Forgets all that belongs to one machine's dashboard, and keeps how the screen is.
  private mutating func startOver(at now: Timestamp, settings: EngineSettings) {
    var fresh = Model(
      size: size,
      now: now,
      zoneOffset: zoneOffset,
      home: "",
      settings: settings,
      charset: charset
    )
    fresh.keymap = keymap
    fresh.isReadOnly = isReadOnly
    fresh.appearance = appearance
    fresh.isMouseOn = isMouseOn
    fresh.refreshInterval = refreshInterval
    fresh.unknownKeys = unknownKeys
    fresh.fleet = fleet
    self = fresh
  }

  /// Says what became of an action on a machine whose dashboard was left.
  mutating func tell(_ result: Result<ActionOutcome, ActionError>, of name: String) {
    switch result {
    case .success(let outcome): note(.success, "\(name): \(outcome.summary)")
    case .failure(let error): note(.refusal, "\(name): \(error)")
    }
  }

  /// The rows of machines that are shown.
  var fleetRows: Int { layout.map(FleetPanel.rows) ?? 0 }
}
