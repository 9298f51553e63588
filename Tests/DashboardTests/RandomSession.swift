import Dashboard
import QueueEngine
import TestSupport

/// What may happen in a session, the same for the same seed.
struct RandomSession {
  private static let keys: [Key] =
    Keymap.standard.bindings.flatMap(\.keys) + [.character("x"), .left, .function(1), .delete]
    + Array(repeating: Key.character("y"), count: 4)
    + "ccCCrrRR ".map(Key.character) + [.character("2"), .enter, .character("2"), .enter]
  /// What is typed where text is typed; much of it makes sense.
  private static let words = [
    "due", "!due", "tries>3", "tries<", "project:brain", "!", " ", "studio", "retry", "clear", "日",
    "allow", "unlock", "read", "quit", "0000000",
  ]

  private static let entry = AuditEntry(
    time: "2026-01-01T03:30:12Z",
    origin: .command,
    action: "\u{1B}retry_items",
    result: .refused,
    summary: "a\r\u{202E}b",
    changed: 0,
    evidence: ["\u{9B}31m"]
  )

  private var random: SeededGenerator

  init(seed: Int) { random = SeededGenerator(seed: seed) }

  mutating func size() -> Size {
    Int.random(in: 0..<12, using: &random) == 0
      ? Size(
        columns: .random(in: 0...500, using: &random),
        rows: .random(in: 0...200, using: &random)
      )
      : Size(
        columns: .random(in: 38...130, using: &random),
        rows: .random(in: 8...45, using: &random)
      )
  }

  mutating func message(for model: Model) -> Message {
    switch Int.random(in: 0..<24, using: &random) {
    case 0: .resized(size())
    case 1: .tick(World.now + .seconds(Double.random(in: -5000...5000, using: &random)))
    case 2: .paste(paste())
    case 8: .crowdedKey(key(for: model))
    case 9: pointing(model)
    case 3: .snapshot(snapshot())
    case 4: Bool.random(using: &random) ? .snapshot(snapshot()) : .queueListed(queuedItems())
    case 5, 6: result(for: model)
    case 7: workerMessage()
    case 10:
      Bool.random(using: &random) ? .recorded(Self.recorded) : .incidents(World.incidents)
    default: .key(key(for: model))
    }
  }

  /// The last minutes of what was recorded.
  private static let recorded = World.recorded.filter { $0.grain == .coarse }

  private mutating func pointing(_ model: Model) -> Message {
    let place = Point(
      x: .random(in: -1...max(model.size.columns, 0), using: &random),
      y: .random(in: -1...max(model.size.rows, 0), using: &random)
    )
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return .focused(Bool.random(using: &random))
    case 1: return .mouse(.wheel(up: Bool.random(using: &random), place))
    default: return .mouse(.click(place))
    }
  }

  private mutating func paste() -> String {
    Bool.random(using: &random)
      ? "\u{1B}[201~yq4711\n" : Self.words.randomElement(using: &random) ?? ""
  }

  private static func answer(to prompt: Prompt) -> String? {
    switch prompt.answer {
    case .yesOrNo: nil
    case .number(let number): "\(number)"
    case .text(let text): text
    }
  }

  /// Any key; while something is to be typed, often the next one that is right.
  private mutating func key(for model: Model) -> Key {
    if let prompt = model.prompt, let wanted = Self.answer(to: prompt), Bool.random(using: &random)
    {
      guard wanted.hasPrefix(prompt.typed) else { return .backspace }
      return wanted.dropFirst(prompt.typed.count).first.map(Key.character) ?? .enter
    }
    if Mode.writing.contains(model.mode), Bool.random(using: &random) {
      let word = Self.words.randomElement(using: &random) ?? ""
      return [.enter, .escape, .down, .backspace, .control("u"), .tab].randomElement(using: &random)
        .flatMap { Bool.random(using: &random) ? $0 : nil }
        ?? word.randomElement(using: &random).map(Key.character) ?? .enter
    }
    return Self.keys.randomElement(using: &random) ?? .enter
  }

  private mutating func result(for model: Model) -> Message {
    guard let request = model.running.randomElement(using: &random) else {
      return .snapshot(snapshot())
    }
    return switch Int.random(in: 0..<6, using: &random) {
    case 2: .actionWaits(request, "it is held by pid 7 (\u{1B}[31mworker)")
    case 3: .historyLoaded([Self.entry, Self.entry])
    case 0: .actionFinished(request, .failure(World.refusal))
    case 1: .actionFinished(request, .failure(.failed("\u{1B}]0;the disk\u{7} is full")))
    default: .actionFinished(request, .success(World.outcome(of: request)))
    }
  }

  private mutating func workerMessage() -> Message {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: .workerEnded(status: .random(in: -15...3, using: &random))
    case 1: .workerNotStarted("The worker \u{202E}cannot be started.")
    default: .workerOutput("\u{1B}[31m日本語 line\r\u{8}")
    }
  }

  mutating func queuedItems() -> [QueuedItem] {
    (0..<Int.random(in: 0...30, using: &random)).map { index in
      var item = World.queuedItem(index)
      item.key.occurrence = index
      item.retryCount = [0, 3, .max].randomElement(using: &random) ?? 0
      return item
    }
  }

  mutating func snapshot() -> Snapshot {
    let worlds = [
      World.empty, World.missing, World.busy, World.incident, World.corrupt, World.hostile,
      World.orphan, World.hung, World.cleared, World.cleared,
    ]
    var snapshot = worlds.randomElement(using: &random) ?? World.empty
    let states: [FileState] = [.ok, .ok, .missing, .corrupt, .unreadable]
    snapshot.queue.state = states.randomElement(using: &random) ?? .ok
    snapshot.deadLetters.state = states.randomElement(using: &random) ?? .ok
    snapshot.log.state = states.randomElement(using: &random) ?? .ok
    let extremes = [
      0, 1, -1, 1e300, -1e300, .nan, .infinity, World.now.secondsSinceEpoch,
    ]
    .map { (value: Double) in value }
    let moment = Timestamp(extremes.randomElement(using: &random) ?? 0)
    snapshot.lock.modifiedAt = Bool.random(using: &random) ? moment : nil
    snapshot.queue.content?.oldest = moment
    snapshot.metrics.content?.lastUpdate = moment
    let count = Int.random(in: 0...30, using: &random)
    snapshot.deadLetters.content?.items = (0..<count).map { index in
      var item = World.letter(index)
      item.key.occurrence = index
      item.retryCount = [0, 5, .max, .min].randomElement(using: &random) ?? 0
      item.lastAttempt = Timestamp(extremes.randomElement(using: &random) ?? 0)
      return item
    }
    return snapshot
  }
}
