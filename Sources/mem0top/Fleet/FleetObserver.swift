internal import CLibrary
internal import Dashboard
internal import Fleet
internal import QueueEngine

/// Looks at many machines without a screen.
struct FleetObserver: Sendable {
  /// One machine, as far as it answered.
  struct Sight: Sendable {
    let machine: RemoteMachine
    /// What was seen there; `nil` where nothing was in time.
    let observation: Observation?
    /// Why there is nothing, half a sentence.
    let reason: String?

    /// By what it was judged.
    var settings: EngineSettings? {
      machine.hello.map { $0.settings.engineSettings(directory: $0.directory) }
    }
  }

  private let board: LinkPool

  /// Makes the links, which begin at once.
  init(
    _ hosts: [RemoteHost],
    rsh: [String]?,
    environment: [String: String]
  ) throws(CommandFailure) {
    do throws(SystemError) {
      board = try LinkPool(hosts: hosts, rsh: rsh, environment: environment, isWhole: true)
    } catch {
      throw .system("\(error).")
    }
    board.begin()
  }

  /// Waits until each machine has told all or is known not to answer, but not longer than `timeout`.
  func look(timeout: Duration) -> [Sight] {
    let deadline = ContinuousClock.now + timeout
    while ContinuousClock.now < deadline, !board.machines.allSatisfy(Self.isSettled) {
      let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
      var watched = pollfd(fd: board.descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&watched, 1, Int32(min(max(left.rounded(.up), 1), 500)))
      _ = board.takeNews()
    }
    return board.machines.map { Self.sight(of: $0, timeout: timeout) }
  }

  /// Ends the links.
  func end() { board.end() }

  private static func isSettled(_ machine: RemoteMachine) -> Bool {
    switch machine.standing {
    case .connecting: return false
    case .lost: return true
    case .live:
      guard machine.hasLists, let server = machine.snapshot?.server else { return false }
      return server.endpoints.allSatisfy { $0.probedAt != nil } && !server.isUncertain
    }
  }

  private static func sight(of machine: RemoteMachine, timeout: Duration) -> Sight {
    switch machine.standing {
    case .lost(let reason): return Sight(machine: machine, observation: nil, reason: reason)
    case .live:
      guard machine.hasLists, let snapshot = machine.snapshot, let hello = machine.hello else {
        break
      }
      let now = SystemClock.now + machine.clockLead
      let settings = hello.settings.engineSettings(directory: hello.directory)
      let found = findings(in: snapshot, at: now, settings: settings)
      let seen = Observation(snapshot: snapshot, findings: found, now: now)
      return Sight(machine: machine, observation: seen, reason: nil)
    case .connecting: break
    }
    let reason = "no answer within \(timeout.wholeSeconds) s"
    return Sight(machine: machine, observation: nil, reason: reason)
  }
}

extension FleetObserver.Sight {
  /// The row of the machine; what has not answered in time is not known.
  var row: FleetMachine {
    var row = FleetMachine(machine)
    if let reason { row.standing = .lost(reason) }
    if let observation { row.findings = observation.findings }
    return row
  }
}
