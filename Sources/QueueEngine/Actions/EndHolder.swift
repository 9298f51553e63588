internal import CLibrary

/// Asks the hung holder to end, then clears as always (`docs/contract.md#taking-clearing-ending`).
///
/// Only a holder without progress, only the very process that was shown, only one of our own user,
/// and only with SIGTERM. A lock that anybody still holds afterwards stays.
public struct EndHolder: QueueAction {
  private let pid: Int32
  private let startedAt: Timestamp?
  private let timeout: Duration
  private let clearing: ClearLock

  /// Makes the action.
  ///
  /// - Parameters:
  ///   - pid: The holder, as typed by the person.
  ///   - startedAt: Its start as shown; `nil` where the person saw none, as on the command line.
  ///   - timeout: How long it may take to end.
  ///   - clearing: How the lock is cleared then.
  public init(
    pid: Int32,
    startedAt: Timestamp?,
    timeout: Duration = .seconds(5),
    clearing: ClearLock = ClearLock()
  ) {
    self.pid = pid
    self.startedAt = startedAt
    self.timeout = timeout
    self.clearing = clearing
  }

  /// Which action it is.
  public var kind: ActionKind { .endHolder }

  /// Available for a holder without progress, once the person has said yes.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    do throws(ActionError) {
      let holder = try holder(in: snapshot.lock, at: now)
      return .afterConfirmation(
        "End \(holder.introduction(at: now))? It gets SIGTERM and \(timeout.ageText) to exit."
      )
    } catch {
      return .unavailable(error.description)
    }
  }

  /// A process is asked to end, and the lock goes if nobody has it then.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    let holder = snapshot.lock.holders.first { $0.pid == pid }
    return ActionPreview(
      changes: [
        "\(holder?.introduction(at: now) ?? "pid \(pid)") gets SIGTERM",
        "the lock is removed if it is stale then",
      ],
      files: [snapshot.files.lock],
      command: "mem0top unlock --force \(pid)"
    )
  }

  /// Ends the holder and clears the lock; takes up to `timeout` and what the clearing takes.
  public func perform(settings: EngineSettings) throws(ActionError) -> ActionOutcome {
    guard let process = EndableProcess(pid: pid) else {
      throw .refused("There is no process \(pid).", evidence: [])
    }
    var examination = LockExamination(settings: settings)
    let status = examination.look()
    let holder = try holder(in: status, at: SystemClock.now)
    let text = holder.introduction(at: SystemClock.now)
    guard process.isOurs else {
      throw .refused("Not ended: \(text), belongs to another user.", evidence: status.evidence)
    }
    let isStopped = status.stopped.contains(pid)
    do throws(SystemError) { try process.terminate(isStopped: isStopped) } catch {
      throw .failed("\(error).")
    }
    guard process.hasEnded(within: timeout) else {
      throw .refused(
        "Not ended: \(text), got SIGTERM and still runs after \(timeout.ageText); "
          + "look at what it does before you kill it.",
        evidence: status.evidence
      )
    }
    return try clear(after: text, status, settings)
  }

  private func clear(
    after ended: String,
    _ status: LockStatus,
    _ settings: EngineSettings
  ) throws(ActionError) -> ActionOutcome {
    let evidence = status.evidence + ["\(ended), ended after SIGTERM"]
    do throws(ActionError) {
      let cleared = try clearing.perform(settings: settings)
      return ActionOutcome(
        action: name,
        summary: "Ended \(ended). \(cleared.summary)",
        evidence: evidence + cleared.evidence,
        changed: cleared.changed + 1
      )
    } catch {
      throw .refused("Ended \(ended), but: \(error)", evidence: evidence + error.evidence)
    }
  }

  /// The holder that may be ended, or why there is none.
  private func holder(
    in lock: LockStatus,
    at now: Timestamp
  ) throws(ActionError) -> RunningProcess {
    guard lock.state == .hung else {
      throw .refused("\(lock.notHung(at: now)).", evidence: lock.evidence)
    }
    guard pid != getpid() else {
      throw .refused("Nothing was ended: pid \(pid) is this program.", evidence: lock.evidence)
    }
    guard let holder = lock.holders.first(where: { $0.pid == pid }) else {
      throw .refused(
        "Nothing was ended: pid \(pid) does not hold the lock; \(lock.standing(at: now)).",
        evidence: lock.evidence
      )
    }
    guard pid != 1 else {
      throw .refused("Nothing was ended: pid 1 runs this machine.", evidence: lock.evidence)
    }
    guard !lock.isNamedOnly else {
      throw .refused(
        "Nothing was ended: \(holder.introduction(at: now)), is only named in the lock; it has it "
          + "neither locked nor open, and is no worker of this directory (worker.match).",
        evidence: lock.evidence
      )
    }
    guard startedAt == nil || EndableProcess.isSameStart(holder.startedAt, startedAt) else {
      throw .refused(
        "Nothing was ended: \(holder.introduction(at: now)), is not the process that was shown.",
        evidence: lock.evidence
      )
    }
    return holder
  }
}

extension LockStatus {
  fileprivate func notHung(at now: Timestamp) -> String {
    switch state {
    case .held: "Nothing to end: \(standing(at: now)), and is not hung"
    default: "Nothing to end: \(standing(at: now))"
    }
  }
}
