import Dashboard
import QueueEngine

/// Machines of a fleet, each in one of the states of the world.
extension World {
  /// A machine that is heard of, with a snapshot that is judged like any other.
  static func machine(
    _ name: String,
    _ snapshot: Snapshot,
    lead: Double = 0,
    takesActions: Bool = false
  ) -> FleetMachine {
    var machine = FleetMachine(name: name, since: ago(900))
    let settings = EngineSettings(directory: snapshot.directory, stateDirectory: "")
    machine.standing = .live
    machine.heardAt = ago(3)
    machine.clockLead = .seconds(lead)
    machine.snapshot = shifted(snapshot, by: lead)
    machine.findings = findings(in: snapshot, at: now, settings: settings).map { finding in
      var finding = finding
      finding.since = finding.since.map { $0 + .seconds(lead) }
      return finding
    }
    let letters = snapshot.deadLetters.content?.items ?? []
    machine.deadLetters = letters.count
    machine.dueLetters = letters.count { $0.isDue(at: now) }
    machine.nextDue = letters.map(\.dueAt).filter { $0 > now }.min().map { $0 + .seconds(lead) }
    machine.settings = settings
    machine.takesActions = takesActions
    return machine
  }

  /// The moments that a row shows, as a clock tells them that is so far ahead.
  private static func shifted(_ snapshot: Snapshot, by lead: Double) -> Snapshot {
    var snapshot = snapshot
    let moved = { (moment: Timestamp?) in moment.map { $0 + .seconds(lead) } }
    snapshot.generatedAt = snapshot.generatedAt + .seconds(lead)
    let (oldest, activity) = (snapshot.queue.content?.oldest, snapshot.worker.lastActivity)
    snapshot.queue.content?.oldest = moved(oldest)
    snapshot.worker.lastActivity = moved(activity)
    return snapshot
  }

  static func lost(_ name: String, _ reason: String, heard age: Double?) -> FleetMachine {
    var machine = age == nil ? FleetMachine(name: name, since: ago(60)) : machine(name, busy)
    machine.standing = .lost(reason)
    machine.since = ago(age ?? 60)
    machine.heardAt = age.map(ago)
    return machine
  }

  static var calm: Snapshot {
    var snapshot = busy
    snapshot.queue = FileReading(state: .ok, content: queue([("web", 2)], oldest: 12))
    snapshot.lock = LockStatus(state: .idle, style: .flock)
    return snapshot
  }

  static var manyLetters: Snapshot {
    var snapshot = incident
    snapshot.lock = LockStatus(state: .idle, style: .flock)
    snapshot.queue = FileReading(state: .ok, content: QueueContents())
    snapshot.worker.lastActivity = ago(40)
    return snapshot
  }

  /// The server that everybody uses does not answer.
  static var serverDown: Snapshot {
    var snapshot = calm
    for index in snapshot.server.endpoints.indices {
      snapshot.server.endpoints[index].error = "connect: connection refused"
      snapshot.server.endpoints[index].consecutiveFailures = 12
      snapshot.server.endpoints[index].httpStatus = nil
      snapshot.server.endpoints[index].troubledSince = ago(700)
    }
    return snapshot
  }

  /// A laptop, a desktop and three machines for development.
  static var fiveMachines: [FleetMachine] {
    [
      machine("laptop", calm), machine("studio-mac", incident, lead: 3600), machine("dev-1", calm),
      machine("dev-3", manyLetters),
      lost("dev-2", "ssh: connect to host dev-2 port 22: Connection timed out", heard: 1680),
    ]
  }

  /// As many machines as are asked for, of which most are calm.
  static func machines(_ count: Int) -> [FleetMachine] {
    (0..<count).map { index in
      let name = "node-\(index < 10 ? "0" : "")\(index)"
      return switch index {
      case 17: machine(name, incident)
      case 23, 31: machine(name, manyLetters)
      case 29: lost(name, "mem0top is not installed there", heard: nil)
      case 37: FleetMachine(name: name, since: ago(2))
      default: machine(name, calm)
      }
    }
  }

  static func fleet(_ size: Size, _ machines: [FleetMachine]) -> Model {
    var model = model(size)
    model.watch(machines)
    _ = update(
      &model,
      .machines(Dictionary(uniqueKeysWithValues: machines.enumerated().map { ($0, $1) }))
    )
    return model
  }
}
