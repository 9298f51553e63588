internal import QueueEngine

/// Carries out what an assistant asks for, by the same actions and with the same refusals as the commands.
struct ToolDispatcher: Sendable {
  let configuration: Configuration

  /// What a tool came to; a `CommandFailure` is told to the model, which may mend its call.
  func run(
    _ tool: AssistantTool.Name,
    _ arguments: JSONDocument
  ) async throws(CommandFailure) -> JSONDocument {
    switch tool {
    case .status:
      try refuseUnknown(arguments, known: [])
      var observer = Observer(configuration)
      return try JSONDocument(encoding: QueueAccount(await observer.look()))
    case .save: return try save(arguments)
    case .deadLetters: return try deadLetters(arguments)
    case .unlock: return try unlock(arguments)
    case .retry: return try retry(arguments)
    }
  }

  private var settings: EngineSettings { configuration.engine }

  private func save(_ arguments: JSONDocument) throws(CommandFailure) -> JSONDocument {
    try refuseUnknown(arguments, known: ["project_id", "content"])
    guard let project = try text("project_id", arguments),
      let content = try text("content", arguments)
    else { throw .refused("mem0_queue_save needs project_id and content, both texts.") }
    let action = EnqueueMemories(memories: [NewMemory(project: project, content: content)])
    let report = ActionReport(
      running: action,
      settings: settings,
      waiting: LockWait(timeout: EnqueueMemories.timeout)
    )
    try refuse(report)
    return [
      "id": .text(action.ids[0]), "project_id": .text(Scrubber.scrub(project)),
      "place": report.notice == nil ? "queue" : "emergency_file", "summary": .text(report.summary),
    ]
  }

  private func deadLetters(_ arguments: JSONDocument) throws(CommandFailure) -> JSONDocument {
    try refuseUnknown(arguments, known: ["project_id", "limit"])
    let project = try text("project_id", arguments)
    let limit = arguments["limit"]?.integer ?? 20
    guard (1...200).contains(limit), arguments["limit"].map({ $0.integer != nil }) ?? true else {
      throw .refused("limit must be a whole number from 1 to 200.")
    }
    let shelf = try ItemShelf(settings: settings)
    let items = shelf.items.filter { project == nil || $0.project == project }
    var shown: [JSONDocument] = []
    for item in items.prefix(limit) {
      shown.append(try JSONDocument(encoding: shelf.entry(of: item)))
    }
    let now = shelf.now
    return [
      "count": .integer(items.count), "due": .integer(items.count { $0.isDue(at: now) }),
      "shown": .integer(shown.count), "items": .list(shown),
    ]
  }

  private func unlock(_ arguments: JSONDocument) throws(CommandFailure) -> JSONDocument {
    try refuseUnknown(arguments, known: ["dry_run"])
    var reader = SnapshotReader(settings: settings)
    let snapshot = reader.read(now: SystemClock.now)
    try snapshot.requireDirectory()
    // The very lock that was looked at, and no other that may have come since.
    return try act(ClearLock(expecting: snapshot.lock), on: snapshot, arguments)
  }

  private func retry(_ arguments: JSONDocument) throws(CommandFailure) -> JSONDocument {
    try refuseUnknown(arguments, known: ["ids", "project_id", "all", "dry_run"])
    let project = try text("project_id", arguments)
    let isAll = try truth("all", arguments)
    let ids = try texts("ids", arguments)
    guard [ids != nil, project != nil, isAll].count(where: \.self) == 1 else {
      throw .refused("mem0_retry needs one of ids, project_id and all (true).")
    }
    var reader = SnapshotReader(settings: settings)
    let snapshot = reader.readSettled { SystemClock.now }
    let shelf = try ItemShelf(settings: settings)
    let keys: [ItemKey]
    do throws(ItemSelectionError) {
      if let ids {
        keys = try RetryItems.resolve(ids: ids, in: shelf.items)
      } else if let project {
        keys = try RetryItems.resolve(project: project, in: shelf.items)
      } else {
        keys = shelf.items.map(\.key)
      }
    } catch {
      throw .refused(error.description)
    }
    guard !keys.isEmpty else {
      return Self.document(
        ActionReport(
          action: RetryItems(keys: []).name,
          summary: "There are no dead letters, so there is nothing to retry."
        )
      )
    }
    return try act(RetryItems(keys: keys), on: snapshot, arguments)
  }

  /// Does it, or says what would be done.
  private func act(
    _ action: some QueueAction,
    on snapshot: Snapshot,
    _ arguments: JSONDocument
  ) throws(CommandFailure) -> JSONDocument {
    guard try truth("dry_run", arguments) else {
      let report = ActionReport(running: action, settings: settings)
      try refuse(report)
      return Self.document(report)
    }
    if case .unavailable(let reason) = action.availability(in: snapshot, at: SystemClock.now) {
      throw .refused(reason)
    }
    if let refusal = action.foreseenRefusal(in: snapshot, settings: settings) {
      throw .refused(refusal)
    }
    let preview = action.preview(in: snapshot, at: SystemClock.now)
    return Self.document(
      ActionReport(
        action: action.name,
        result: .preview,
        summary: "Without dry_run: \(preview.changes.joined(separator: "; "))",
        evidence: action.kind == .clearLock ? snapshot.lock.evidence : []
      )
    )
  }

  private static func document(_ report: ActionReport) -> JSONDocument {
    [
      "result": .text(report.result.rawValue), "changed": .integer(report.changed),
      "summary": .text(Scrubber.scrub(report.summary)),
      "evidence": .list(report.evidence.map { .text(Scrubber.scrub($0)) }),
    ]
  }

  private func refuse(_ report: ActionReport) throws(CommandFailure) {
    guard report.result == .refused || report.result == .failed else { return }
    throw .refused(([report.summary] + report.evidence).joined(separator: "\n"))
  }

  private func refuseUnknown(
    _ arguments: JSONDocument,
    known: Set<String>
  ) throws(CommandFailure) {
    let unknown = Set((arguments.members ?? [:]).keys).subtracting(known)
    if let name = unknown.min() {
      throw .refused("\"\(Scrubber.scrub(name))\" is no argument of this tool; nothing was done.")
    }
  }

  private func text(_ name: String, _ arguments: JSONDocument) throws(CommandFailure) -> String? {
    guard let value = arguments[name], value != .null else { return nil }
    guard let text = value.text else { throw .refused("\(name) must be a text.") }
    return text
  }

  private func truth(_ name: String, _ arguments: JSONDocument) throws(CommandFailure) -> Bool {
    guard let value = arguments[name], value != .null else { return false }
    guard let isTrue = value.truth else { throw .refused("\(name) must be true or false.") }
    return isTrue
  }

  private func texts(_ name: String, _ arguments: JSONDocument) throws(CommandFailure) -> [String]?
  {
    guard let value = arguments[name], value != .null else { return nil }
    guard case .list(let values) = value, !values.isEmpty else {
      throw .refused("\(name) must be a list of texts, not empty.")
    }
    let texts = values.compactMap(\.text)
    guard texts.count == values.count else { throw .refused("\(name) must be a list of texts.") }
    return texts
  }
}
