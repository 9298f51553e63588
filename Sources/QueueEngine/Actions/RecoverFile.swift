/// Rebuilds a file that another program destroyed; see `RecoveryPlan`.
public struct RecoverFile: FileAction {
  /// The file.
  public let file: ListFile

  /// Makes the action.
  public init(_ file: ListFile) {
    self.file = file
  }

  /// Which action it is.
  public var kind: ActionKind { .recoverFile }

  /// Only for a file that does not parse, and never without a question.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    let state = file == .queue ? snapshot.queue.state : snapshot.deadLetters.state
    guard state == .corrupt else {
      return .unavailable("The file parses, so there is nothing to recover.")
    }
    return .afterConfirmation(
      "Rebuild the file from its last good copy and what can be read of it?"
    )
  }

  /// What can be saved is known by `RecoveryPlan.examine`.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    ActionPreview(
      changes: ["The file becomes its last good copy united with what can be read of it."],
      files: [snapshot.files[keyPath: file.file]],
      command: "mem0top recover --file \(file.rawValue)"
    )
  }

  /// Waits for the lock, keeps the broken bytes, rebuilds the file, and gives the lock back.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    var session = try ChangeSession(settings: settings, waiting: waiting)
    let (file, name) = (file, session.name(of: file))
    guard try RecoveryPlan.examine(file, settings: settings) != nil else { throw nothingToDo(name) }
    let store = CopyStore(settings: settings)
    let plan: RecoveryPlan? = try session.change(
      file,
      as: .recover,
      isBroken: true,
      transform: { bytes throws(DecodingProblem) in
        guard let problem = RecoveryPlan.problem(of: bytes, file, name) else {
          return .init(bytes: nil, report: nil)
        }
        do throws(SystemError) {
          let plan = try RecoveryPlan(bytes, of: file, problem, store)
          return .init(bytes: plan.bytes, report: plan)
        } catch {
          throw problem  // Without the copies there is nothing to rebuild it from.
        }
      },
      reparse: { bytes, plan throws(DecodingProblem) in
        try ItemListing(bytes, of: file, file: name).identities == plan?.identities
      },
      items: { _ in [] }
    )
    guard let plan else { throw nothingToDo(name) }
    return ActionOutcome(
      action: self.name,
      summary: "\(name) is rebuilt with \(plan.identities.count)"
        + (plan.identities.count == 1 ? " item." : " items."),
      evidence: plan.facts(at: SystemClock.now) + session.remarks,
      changed: 1
    )
  }

  private func nothingToDo(_ name: String) -> ActionError {
    .refused("\(name) parses or is not there, so there is nothing to recover.", evidence: [])
  }
}
