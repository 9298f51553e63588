internal import LosslessJSON

/// A memory that somebody wants to be remembered.
public struct NewMemory: Hashable, Sendable {
  /// The project, not blank.
  public var project: String
  /// What is to be remembered; not empty.
  public var content: String

  /// Makes a memory.
  public init(project: String, content: String) {
    self.project = project
    self.content = content
  }
}

/// Adds memories to the end of the queue, durably, beside a running worker and other producers.
///
/// Where the lock is not to be had in time, or the queue cannot be changed, they go to the emergency
/// file, so that a hook loses nothing; the outcome has a notice then.
///
/// Their ids are chosen when the action is made, so that doing it again after a failure adds nothing
/// twice as far as a receiver is concerned.
public struct EnqueueMemories: QueueAction {
  /// How long a live worker may keep the lock before the memories go to the emergency file.
  public static let timeout = Duration.seconds(5)

  /// What is added, in this order.
  public let memories: [NewMemory]
  /// The id of each.
  public let ids: [String]

  /// Makes the action, and an id for each memory.
  public init(memories: [NewMemory]) {
    self.memories = memories
    ids = memories.map { _ in RandomUUID.text() }
  }

  /// Which action it is.
  public var kind: ActionKind { .enqueue }

  /// Not into a queue that does not parse, and nothing that no server would take.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    if let objection { return .unavailable(objection) }
    switch snapshot.queue.state {
    case .ok, .missing: return .available
    case .corrupt, .unreadable:
      return .unavailable((snapshot.queue.problem?.message ?? "The queue cannot be read") + ".")
    }
  }

  /// Names how many memories are added.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    ActionPreview(
      changes: ["\(countText) added to the end of the queue."],
      files: [snapshot.files.queue],
      command: "mem0top enqueue --project \(memories.first?.project ?? "P")"
    )
  }

  /// Waits for the lock as long as a command does, appends, and gives the lock back.
  public func perform(settings: EngineSettings) throws(ActionError) -> ActionOutcome {
    try perform(settings: settings, waiting: LockWait(timeout: Self.timeout))
  }

  /// Waits for the lock, appends, and gives the lock back; where that cannot be, the emergency file gets it.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    if let objection { throw .refused(objection, evidence: []) }
    try FileConflict.refuse(settings)
    let now = SystemClock.now
    var queue = WorkFile(.queue, settings: settings)
    var isAdded = false
    do throws(ActionError) {
      let lock = try QueueLock.acquire(settings: settings, waiting: waiting)
      _ = try queue.refresh()
      try append(to: &queue, now)
      isAdded = true
      try queue.makeDurable()
      lock.release()
    } catch {
      // In the queue already, it would only come twice.
      if isAdded { throw error }
      return try save(settings, now, instead: error)
    }
    var copies = WorkCopies(settings: settings)
    copies.keepAdded(queue, now: now)
    return ActionOutcome(
      action: name,
      summary: "\(countText) in the queue.",
      evidence: zip(memories, ids).prefix(20).map { "\($1): \($0.project)" }
        + [copies.problem].compactMap(\.self),
      changed: memories.count
    )
  }

  private func append(to queue: inout WorkFile, _ now: Timestamp) throws(ActionError) {
    try queue.change(now: now) { listing throws(DecodingProblem) in
      var edit = ItemEdit(of: listing)
      for (memory, id) in zip(memories, ids) {
        edit.append(Self.item(memory, id: id, now: now))
      }
      try edit.count("total_queued", adding: memories.count)
      return edit
    }
  }

  /// Puts the memories into the emergency file; what is in the queue all the same is not taken in again.
  private func save(
    _ settings: EngineSettings,
    _ now: Timestamp,
    instead reason: ActionError
  ) throws(ActionError) -> ActionOutcome {
    let items = zip(memories, ids).map { memory, id in
      Self.item(memory, id: id, now: now, more: [("emergency", Array("true".utf8))])
    }
    do throws(SystemError) {
      try EmergencyAppend.append(items, settings: settings)
    } catch {
      let sentence = "\(reason.description) Nor could the emergency file be used: \(error)."
      switch reason {
      case .refused(_, let evidence): throw .refused(sentence, evidence: evidence)
      case .failed: throw .failed(sentence)
      }
    }
    let name = PathText(settings.path(of: \.emergency)).shownName
    let summary = "\(countText) in \(name), and sync or absorb will take it in."
    return ActionOutcome(
      action: self.name,
      summary: summary,
      evidence: [reason.description] + reason.evidence,
      changed: memories.count,
      notice: "\(summary) \(reason.description)"
    )
  }

  /// A queue item as Python's `json` would write it.
  private static func item(
    _ memory: NewMemory,
    id: String,
    now: Timestamp,
    more: [(name: String, value: [UInt8])] = []
  ) -> [UInt8] {
    let members: [(name: String, value: [UInt8])] = [
      ("id", JSONText.quoted(id)), ("project_id", JSONText.quoted(memory.project)),
      ("content", JSONText.quoted(memory.content)), ("timestamp", TimeToken.seconds(now)),
      ("retries", Array("0".utf8)),
    ]
    let texts = (members + more).map { Array("\"\($0.name)\": ".utf8) + $0.value }
    return Array("{".utf8) + texts.joined(separator: Array(", ".utf8)) + Array("}".utf8)
  }
}

extension EnqueueMemories {
  private var countText: String {
    memories.count == 1 ? "1 memory is" : "\(memories.count) memories are"
  }

  /// Why no server would take what is to be added.
  private var objection: String? {
    if memories.isEmpty { return "There is nothing to add: the input is empty." }
    for memory in memories {
      if memory.project.allSatisfy(\.isWhitespace) {
        return "A memory needs the name of a project; nothing was added."
      }
      if memory.content.isEmpty {
        return "A memory needs content; nothing was added."
      }
    }
    return nil
  }
}

/// Random UUIDs of version 4, without Foundation.
private enum RandomUUID {
  static func text() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }
      .joined(separator: "-")
  }
}
