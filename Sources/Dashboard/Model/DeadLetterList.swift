package import QueueEngine

/// The dead letters in the order in which they are shown, and the selected one.
///
/// Sorting happens when the file changes, never when the clock ticks: what becomes due then is
/// found by bisection, so that 100 000 items cost a tick nothing.
package struct DeadLetterList: Sendable {
  /// The items, in the order of the file.
  package private(set) var items: [DeadLetter] = []
  /// Indices into `items`, row by row: what was due first by oldest attempt, then by next retry.
  package private(set) var order: [Int] = []
  /// The moments at which the items are due, ascending.
  private var dueTimes: [Timestamp] = []
  /// The selected row; meaningless where there is none.
  package private(set) var selectedRow = 0
  /// The selected item; it stays selected wherever it moves.
  package private(set) var selection: ItemKey?
  /// The row at the top of the table.
  package private(set) var top = 0

  package init() {}

  package var isEmpty: Bool { items.isEmpty }
  package var count: Int { items.count }

  /// The place in the file of a row's item.
  package func index(atRow row: Int) -> Int? {
    order.indices.contains(row) ? order[row] : nil
  }

  /// The item of a row.
  package func item(atRow row: Int) -> DeadLetter? {
    index(atRow: row).map { items[$0] }
  }

  /// The selected item.
  package var selectedItem: DeadLetter? {
    selection == nil ? nil : item(atRow: selectedRow)
  }

  /// The item of a key; the selected one is found without a search.
  package func item(for key: ItemKey) -> DeadLetter? {
    key == selection ? selectedItem : items.first { $0.key == key }
  }

  /// How many items are due.
  package func dueCount(at now: Timestamp) -> Int {
    var (low, high) = (0, dueTimes.count)
    while low < high {
      let middle = (low + high) / 2
      if dueTimes[middle] <= now { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The time until the next item is due that is not due yet.
  package func nextDue(at now: Timestamp) -> Duration? {
    let due = dueCount(at: now)
    return due < dueTimes.count ? dueTimes[due] - now : nil
  }

  /// Takes the items of a new snapshot and returns whether they differ; sorts only then.
  mutating func replace(with items: [DeadLetter], at now: Timestamp) -> Bool {
    guard items != self.items else { return false }
    self.items = items
    sort(at: now)
    restoreSelection()
    return true
  }

  /// Selects the row `steps` further down, or the last one before the edge.
  mutating func moveSelection(by steps: Int) {
    select(row: selectedRow + steps)
  }

  /// Selects a row, or the nearest there is.
  mutating func select(row: Int) {
    guard !items.isEmpty else {
      (selection, selectedRow, top) = (nil, 0, 0)
      return
    }
    selectedRow = min(max(row, 0), items.count - 1)
    selection = items[order[selectedRow]].key
  }

  /// Scrolls just so far that the selected row is among the `rows` shown.
  mutating func revealSelection(rows: Int) {
    let shown = max(rows, 1)
    top = min(top, selectedRow)
    top = max(top, selectedRow - shown + 1)
    top = max(min(top, items.count - shown), 0)
  }

  private mutating func sort(at now: Timestamp) {
    let due = items.map(\.dueAt)
    var waiting: [(Double, Int)] = []
    var ready: [(Double, Int)] = []
    for (index, moment) in due.enumerated() {
      if moment <= now {
        ready.append((items[index].lastAttempt.secondsSinceEpoch, index))
      } else {
        waiting.append((moment.secondsSinceEpoch, index))
      }
    }
    ready.sort { $0 < $1 }
    waiting.sort { $0 < $1 }
    order = ready.map(\.1) + waiting.map(\.1)
    dueTimes = due.sorted()
  }

  private mutating func restoreSelection() {
    let row = order.firstIndex { items[$0].key == selection }
    select(row: row ?? selectedRow)
  }
}
