internal import Dashboard
internal import Fleet
internal import QueueEngine
internal import Terminal

/// Many machines, as the loop meets them: their rows, and the dashboard of the one that is open.
@MainActor
final class FleetWorld: World {
  /// An action that was sent and has not been answered.
  private struct Pending {
    let place: Int
    let request: ActionRequest
    /// The link that it was sent or asked about over last, by since when that is live.
    var link: Timestamp
  }

  let interval: Duration
  private let board: LinkPool
  private let inbox: Inbox
  private var machines: [RemoteMachine]
  private var pending: [String: Pending] = [:]
  private var opened: Int?
  private var isPaused = false
  private var isWorkerRunning = false

  /// Makes the links; they begin at once, because nothing else is to be seen.
  init(
    _ hosts: [RemoteHost],
    rsh: [String]?,
    interval: Duration,
    environment: [String: String],
    inbox: Inbox
  ) throws(CommandFailure) {
    self.inbox = inbox
    self.interval = interval
    do throws(SystemError) {
      board = try LinkPool(hosts: hosts, rsh: rsh, environment: environment)
    } catch {
      throw .system("\(error).")
    }
    machines = board.machines
    board.begin()
  }

  /// The machines before anything is known of them.
  var rows: [FleetMachine] { machines.map(FleetMachine.init) }

  func begin() {}

  /// Ends all links, and with them the far sides.
  func end() { board.end() }

  var changes: Int32? { board.descriptor }

  var clockLead: Duration { opened.map { machines[$0].clockLead } ?? .zero }

  func refresh() {}

  func zoneOffset(at moment: Timestamp) -> Duration { LocalTime.offset(at: moment) }

  func takeNews() {
    let (changed, news) = board.takeNews()
    for (place, machine) in changed {
      let before = machines[place]
      machines[place] = machine
      if machine.standing != before.standing || machine.since != before.since {
        meet(machine, at: place, after: before)
      }
    }
    if !changed.isEmpty { inbox.post(.machines(changed.mapValues(FleetMachine.init))) }
    if let opened, changed[opened] != nil { show(opened) }
    for item in news { tell(item) }
  }

  func perform(_ effect: Effect) {
    if case .openMachine(let place) = effect {
      (opened, isPaused, isWorkerRunning) = (place, false, false)
      board.open(place)
      if let place, machines[place].hasLists { show(place) }
      return
    }
    guard let opened else { return }
    switch effect {
    case .look: board.send(.look, to: opened)
    case .loadItem(let key, _): board.send(.item(key), to: opened)
    case .loadPreviews(let keys, _): board.send(.previews(keys), to: opened)
    case .loadHistory: board.send(.history, to: opened)
    case .explainReturn(let keys): board.send(.returns(keys), to: opened)
    case .cancelWaits: board.send(.cancel, to: opened)
    case .run(let request): run(request, at: opened)
    case .runWorker:
      isWorkerRunning = true
      board.send(.runWorker, to: opened)
    case .setPaused(let shouldPause):
      isPaused = shouldPause
      if !isPaused { show(opened) }
    case .openMachine, .setRefresh, .quit, .copy, .page, .redraw, .listQueue, .findContents, .alert,
      .replay, .keepVisit:
      break  // The loop's own business, or the far side's.
    }
  }

  private func show(_ place: Int) {
    guard !isPaused, machines[place].hasLists, let snapshot = machines[place].snapshot else {
      return
    }
    inbox.post(.snapshot(snapshot))
  }

  // MARK: Actions

  private func run(_ request: ActionRequest, at place: Int) {
    let machine = machines[place]
    guard machine.standing == .live else {
      let sentence = "The link to \(machine.host.name) is down; nothing was asked for."
      inbox.post(.actionFinished(request, .failure(.failed(sentence))))
      return
    }
    guard let action = request.remoteAction else {
      let name = machine.host.name
      let sentence = "That cannot be asked of \(name) over a link; nothing was changed."
      inbox.post(.actionFinished(request, .failure(.failed(sentence))))
      return
    }
    let id = Self.newID()
    pending[id] = Pending(place: place, request: request, link: machine.since)
    board.send(.act(id: id, action), to: place)
  }

  /// An id that nobody else has: the time and 64 bits of chance.
  private static func newID() -> String {
    let seconds = String(Int(SystemClock.now.secondsSinceEpoch), radix: 16)
    return seconds + "-" + String(UInt64.random(in: .min ... .max), radix: 16)
  }

  /// Sees to what was under way when a link went, and asks about it when there is one again.
  private func meet(_ machine: RemoteMachine, at place: Int, after before: RemoteMachine) {
    let name = machine.host.name
    if machine.standing != .live {
      guard before.standing == .live, place == opened else { return }
      for (_, action) in pending where action.place == place {
        let standing = "the link to \(name) is cut; what became of it is found out when it is back"
        inbox.post(.actionWaits(action.request, standing))
      }
      if isWorkerRunning {
        isWorkerRunning = false
        inbox.post(.workerNotStarted("The link was cut; the worker goes on there by itself."))
      }
      return
    }
    for (id, action) in pending where action.place == place && action.link != machine.since {
      pending[id]?.link = machine.since
      board.send(.outcome(id: id), to: place)
    }
  }

  private func finish(_ id: String, _ outcome: RemoteOutcome) {
    guard let action = pending.removeValue(forKey: id) else { return }
    let result = Self.result(outcome, of: action.request)
    if action.place == opened {
      inbox.post(.actionFinished(action.request, result))
    } else {
      inbox.post(.machineTold(name: machines[action.place].host.name, result))
    }
  }

  private static func result(
    _ outcome: RemoteOutcome,
    of request: ActionRequest
  ) -> Result<ActionOutcome, ActionError> {
    switch outcome {
    case .done(var done):
      if done.action.isEmpty { done.action = request.action.name }
      return .success(done)
    case .failed(let error): return .failure(error)
    case .notDone:
      return .failure(
        .refused("The link was cut before it was done: nothing was changed there.", evidence: [])
      )
    case .unknown:
      return .failure(
        .failed(
          "The link was cut in the middle of it, and nothing there tells what became of it:"
            + " look at the lock as it is now."
        )
      )
    }
  }

  // MARK: Reports

  private func tell(_ item: LinkPool.News) {
    if case .ended(let id, let outcome) = item.report { return finish(id, outcome) }
    guard item.place == opened else { return }
    switch item.report {
    case .item(let key, let detail): inbox.post(.itemLoaded(key, detail))
    case .previews(let contents): inbox.post(.previewsLoaded(contents))
    case .history(let entries): inbox.post(.historyLoaded(entries))
    case .returns(let keys, let reversals): inbox.post(.returnExplained(keys, reversals))
    case .waits(let id, let text):
      if let action = pending[id] { inbox.post(.actionWaits(action.request, text)) }
    case .workerLine(let text): inbox.post(.workerOutput(text))
    case .workerEnded(let status):
      isWorkerRunning = false
      inbox.post(.workerEnded(status: status))
    case .workerNotStarted(let reason):
      isWorkerRunning = false
      inbox.post(.workerNotStarted(reason))
    case .beat, .ended, .refused: break
    }
  }
}

extension FleetMachine {
  /// The row of a machine at the far end of a link.
  init(_ machine: RemoteMachine) {
    self.init(name: machine.host.name, since: machine.since)
    standing =
      switch machine.standing {
      case .connecting: .connecting
      case .live: .live
      case .lost(let reason): .lost(reason)
      }
    heardAt = machine.heardAt
    clockLead = machine.clockLead
    snapshot = machine.snapshot
    findings = machine.findings
    deadLetters = machine.letters.count
    dueLetters = machine.letters.due
    nextDue = machine.letters.next
    settings = machine.hello.map { $0.settings.engineSettings(directory: $0.directory) }
    takesActions = machine.hello?.allowsActions ?? false
    workerCommand = machine.hello?.workerCommand ?? []
  }
}
