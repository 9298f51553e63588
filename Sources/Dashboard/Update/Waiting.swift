internal import QueueEngine

/// Actions that wait for the worker's lock: who is waited for, and how a wait ends.
extension Model {
  /// More of a command line would push what is to be done off a narrow screen.
  private static let mostOfCommand = 28

  /// Whether an action waits that the person still wants.
  var isWaitingForLock: Bool { waits.contains { !$0.isCancelled } }

  /// Takes that a running action waits; one that was cancelled too early to hear of it waits on.
  mutating func beginWait(of request: ActionRequest, _ standing: String) {
    guard running.contains(where: request.isSameKind) else { return }
    _ = endWait(of: request)
    waits.append(ActionWait(request: request, standing: standing))
  }

  /// Forgets a wait, and returns whether the person had cancelled it.
  mutating func endWait(of request: ActionRequest) -> Bool {
    let wasCancelled = waits.contains { $0.request.isSameKind(as: request) && $0.isCancelled }
    waits.removeAll { $0.request.isSameKind(as: request) }
    return wasCancelled
  }

  /// Gives up all that waits, and what would wait behind it.
  mutating func cancelWaits() -> [Effect] {
    waits = running.filter(\.needsLock).map { request in
      ActionWait(request: request, standing: "", isCancelled: true)
    }
    return [.cancelWaits]
  }

  /// Why another action of the kind of one that waits is not started; `nil` where none waits.
  func waitObstacle(to request: ActionRequest) -> String? {
    guard let wait = waits.first(where: { $0.request.isSameKind(as: request) }) else { return nil }
    guard !wait.isCancelled else { return "That is being cancelled; try again in a moment." }
    return "\(wait.request.title) still waits for the lock\(wayOut)."
  }

  /// Who is waited for, while an action waits.
  var waitText: String? {
    guard let wait = waits.last(where: { !$0.isCancelled }) else {
      return waits.isEmpty ? nil : "no longer waiting for the lock …"
    }
    guard let holder = lockHolder else {
      return "Waiting for the lock: \(wait.standing)\(wayOut)."
    }
    let since = snapshot?.lock.heldSince.map {
      ", which has had the lock for \((now - $0).ageText)"
    }
    return "Waiting for \(holder)\(since ?? " to release the lock")\(wayOut)."
  }

  /// The live process that has the lock, as far as it was seen.
  var lockHolder: String? {
    guard let lock = snapshot?.lock, lock.state == .held || lock.state == .hung else { return nil }
    guard let process = lock.holders.first ?? lock.process else {
      return lock.pid.map { "pid \($0)" }
    }
    // Where a program lies says less than what it is and runs.
    let start = process.command.prefix { $0 != " " }.lastIndex(of: "/").map {
      process.command.index(after: $0)
    }
    let command = process.command[(start ?? process.command.startIndex)...]
    let shown = RunningProcess(pid: process.pid, command: String(command))
    return shown.label(atMost: Self.mostOfCommand)
  }

  private var wayOut: String {
    keymap.label(of: .back, charset).map { "; \($0) cancels" } ?? ""
  }
}
