internal import QueueEngine

/// The claimed items that wait to be sent, at most one of each project on its way at a time.
struct SendLine: Sendable {
  private var waiting: [ClaimedItem] = []
  private var busyProjects: Set<String> = []

  /// How many are on their way.
  var underWayCount: Int { busyProjects.count }

  /// How many wait.
  var waitingCount: Int { waiting.count }

  /// Whether an item could be sent: its project has none on its way.
  var isReady: Bool { nextIndex != nil }

  /// Puts items at the end, in their order.
  mutating func append(_ items: [ClaimedItem]) { waiting += items }

  /// Puts an item before all others, also those of its project.
  mutating func putFirst(_ item: ClaimedItem) { waiting.insert(item, at: 0) }

  /// Takes the next item out of the line and onto its way.
  mutating func start() -> ClaimedItem? {
    guard let index = nextIndex else { return nil }
    let item = waiting.remove(at: index)
    busyProjects.insert(item.memory.project)
    return item
  }

  /// The item is no longer on its way.
  mutating func end(_ item: ClaimedItem) { busyProjects.remove(item.memory.project) }

  /// Takes everything that waits.
  mutating func empty() -> [ClaimedItem] {
    defer { waiting = [] }
    return waiting
  }

  /// The line is never longer than 64, so looking through it costs nothing worth an index.
  private var nextIndex: Int? {
    waiting.firstIndex { !busyProjects.contains($0.memory.project) }
  }
}
