internal import CLibrary

/// What a backup or conflict copy holds that no other file has: what taking it in would add.
public struct CopyPlan: Sendable {
  /// The file.
  public let path: String
  /// The list that its memories belong into.
  public let list: ListFile
  /// How many of them stand nowhere else.
  public var missingCount: Int { missing.items.count }

  let missing: KnownMemories.Missing
  let source: ContentHash
  private let otherCount: Int

  /// Compares a file with all that is known; nothing is changed.
  public static func examine(
    _ path: String,
    settings: EngineSettings
  ) throws(ActionError) -> CopyPlan {
    let shown = Scrubber.scrub(path)
    for file in [\FileNames.queue, \.deadLetters, \.emergency] {
      let own = PathText(settings.path(of: file))
      if PathText(path).isSamePlace(as: own) {
        throw .refused(
          "\(shown) is the file itself, not a copy of it; nothing was changed.",
          evidence: []
        )
      }
    }
    let bytes: [UInt8]
    do throws(SystemError) {
      let file = try OpenFile(path: path)
      guard file.stamp.size <= DecodingProblem.largestFile else {
        throw SystemError(code: EFBIG, attempt: "read", path: path)
      }
      bytes = try file.readAll()
    } catch {
      throw .failed("\(error); nothing was changed.")
    }
    guard let contents = CopyContents(bytes) else {
      throw .refused(
        "\(shown) has neither a list \"queue\" or \"items\" nor a line that is a memory; nothing was changed.",
        evidence: []
      )
    }
    return CopyPlan(
      path: path,
      list: contents.list,
      missing: try KnownMemories(settings: settings).missing(of: contents.items),
      source: contents.hash,
      otherCount: contents.otherCount
    )
  }

  private init(
    path: String,
    list: ListFile,
    missing: KnownMemories.Missing,
    source: ContentHash,
    otherCount: Int
  ) {
    self.path = path
    self.list = list
    self.missing = missing
    self.source = source
    self.otherCount = otherCount
  }

  /// What a person should know before it is done, one short sentence each.
  public var facts: [String] { facts(that: "would come") }

  /// The facts with what becomes of the memories: that they would come, or that they came.
  fileprivate func facts(that word: String) -> [String] {
    let place = list == .queue ? "the queue" : "the dead letters"
    var facts = missing.items.prefix(8).map { item in
      "\(Scrubber.scrub(item.project)) (ID: \(item.shortID)) \(word) into \(place)"
    }
    if missing.items.count > 8 { facts.append("and \(missing.items.count - 8) more") }
    let others = [
      (missing.presentCount, "in another file already"),
      (missing.recordedCount, "delivered, queued or dropped before, according to the records"),
      (missing.olderCount, "older than anything in the queue, so probably delivered"),
      (otherCount, "not a memory"),
    ]
    return facts + others.filter { $0.0 > 0 }.map { "\($0.0) left out: \($0.1)" }
  }

  /// What it would add, as a sentence.
  public var summary: String {
    let name = PathText(path).shownName
    switch missingCount {
    case 0: return "\(name) holds nothing new."
    case 1: return "\(name) holds 1 memory that no other file has."
    default: return "\(name) holds \(missingCount) memories that no other file has."
    }
  }
}

/// Takes in what only a backup or a conflict copy holds; the copy stays as it is.
public struct AbsorbCopy: FileAction {
  /// The file.
  public let path: String

  /// Makes the action.
  public init(path: String) {
    self.path = path
  }

  /// Which action it is.
  public var kind: ActionKind { .absorb }

  /// Never without a question: what was delivered long ago would come again.
  public func availability(in snapshot: Snapshot, at now: Timestamp) -> ActionAvailability {
    .afterConfirmation("Take in what no other file has?")
  }

  /// What would come is known by `CopyPlan.examine`.
  public func preview(in snapshot: Snapshot, at now: Timestamp) -> ActionPreview {
    ActionPreview(
      changes: ["What no other file has is added to the end of the list that it belongs to."],
      files: [snapshot.files.queue, snapshot.files.deadLetters],
      command: "mem0top absorb --from \(ShellText.quoted(path))"
    )
  }

  /// Waits for the lock, compares anew, appends, and gives the lock back.
  public func perform(
    settings: EngineSettings,
    waiting: LockWait
  ) throws(ActionError) -> ActionOutcome {
    var session = try ChangeSession(settings: settings, waiting: waiting)
    let plan = try CopyPlan.examine(path, settings: settings)
    guard plan.missingCount > 0 else {
      return ActionOutcome(action: name, summary: plan.summary, evidence: plan.facts, changed: 0)
    }
    let now = SystemClock.now
    let items = plan.missing.items.map { item in
      JournalEntry.Item(
        key: ItemKey(id: item.identity.shownID.text),
        bytes: plan.list == .queue ? item.asQueueItem() : item.bytes
      )
    }
    try session.createIfMissing(plan.list, as: plan.list.emptyFile(now: now))
    let isQueue = plan.list == .queue
    let count: Int = try session.edit(
      plan.list,
      as: .absorb,
      from: plan.source,
      plan: { listing throws(DecodingProblem) in
        var edit = ItemEdit(of: listing)
        for item in items { edit.append(item.bytes) }
        if isQueue {
          try edit.count("total_queued", adding: items.count)
        } else {
          edit.noteUpdate(now)
        }
        return (edit, items.count)
      },
      items: { _ in items }
    )
    return ActionOutcome(
      action: name,
      summary: "Took \(count == 1 ? "1 memory" : "\(count) memories") from"
        + " \(PathText(path).shownName) into \(session.name(of: plan.list)).",
      evidence: plan.facts(that: "came") + session.remarks,
      changed: count
    )
  }
}
