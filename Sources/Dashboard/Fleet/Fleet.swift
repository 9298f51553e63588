internal import QueueEngine

/// The machines that are watched over links, one of them selected, perhaps one of them open.
package struct Fleet: Sendable {
  /// What the rows stand by.
  package enum Order: Int, CaseIterable, Sendable {
    case severity, name, queue, deadLetters

    var title: String {
      switch self {
      case .severity: "by severity"
      case .name: "by name"
      case .queue: "by queue"
      case .deadLetters: "by dead letters"
      }
    }

    /// Whether the most stands first.
    fileprivate var isDescending: Bool { self != .name }
  }

  /// The machines, in the order in which they were named.
  package private(set) var machines: [FleetMachine]
  /// Places of machines, row by row.
  package private(set) var rows: [Int]
  package private(set) var order = Order.severity
  package private(set) var isReversed = false
  /// The place of the selected machine; it stays selected wherever its row goes.
  package private(set) var selection = 0
  /// The first row that is shown.
  package private(set) var top = 0
  /// The place of the machine whose dashboard is open.
  package internal(set) var opened: Int?
  /// The person has chosen a row: from then on it is kept, and before that the worst is selected.
  private var hasChosen = false

  package init(_ machines: [FleetMachine]) {
    self.machines = machines
    rows = Array(machines.indices)
  }

  /// The domain that all names end with, with its dot; empty where they have none.
  var commonDomain: String {
    let domains = Set(machines.map { String($0.name.drop { $0 != "." }) })
    // The end of an address or of a path is no domain.
    guard machines.count > 1, domains.count == 1, let domain = domains.first,
      domain.contains(where: \.isLetter),
      !machines.contains(where: { $0.name.contains(where: "/:".contains) })
    else { return "" }
    return domain
  }

  /// The machine whose dashboard is open.
  package var openMachine: FleetMachine? { opened.map { machines[$0] } }

  var selectedRow: Int { rows.firstIndex(of: selection) ?? 0 }

  mutating func take(_ changed: [Int: FleetMachine]) {
    for (place, machine) in changed where machines.indices.contains(place) {
      machines[place] = machine
    }
    sort()
  }

  mutating func useNextOrder() {
    order = Order(rawValue: (order.rawValue + 1) % Order.allCases.count) ?? .severity
    isReversed = false
    sort()
  }

  mutating func reverse() {
    isReversed.toggle()
    sort()
  }

  /// Whether the rows ascend in their order.
  var isAscending: Bool { isReversed == order.isDescending }

  /// Keeps the selected machine selected from now on.
  mutating func choose() { hasChosen = true }

  mutating func move(by steps: Int) {
    guard !rows.isEmpty else { return }
    choose()
    selection = rows[min(max(selectedRow + steps, 0), rows.count - 1)]
  }

  /// Scrolls so that the selected row is among so many that are shown.
  mutating func reveal(rows shown: Int) {
    guard shown > 0 else { return }
    let row = selectedRow
    top = min(max(top, row - shown + 1), row)
    top = max(min(top, rows.count - shown), 0)
  }

  private mutating func sort() {
    rows = machines.indices.sorted { left, right in
      let isBefore = isBefore(machines[left], machines[right])
      let isAfter = isBefore ? false : self.isBefore(machines[right], machines[left])
      guard isBefore || isAfter else { return left < right }
      return isReversed ? isAfter : isBefore
    }
    if !hasChosen, let first = rows.first { selection = first }
  }

  private func isBefore(_ left: FleetMachine, _ right: FleetMachine) -> Bool {
    switch order {
    case .severity:
      if left.level != right.level { return left.level > right.level }
      if left.rank != right.rank { return left.rank < right.rank }
      switch (left.levelSince, right.levelSince) {
      case (let one?, let other?): return one < other
      case (_?, nil): return true
      case (nil, _): return false
      }
    case .name: return left.name < right.name
    case .queue:
      return left.snapshot?.queue.content?.pending ?? -1
        > right.snapshot?.queue.content?.pending ?? -1
    case .deadLetters: return left.deadLetters > right.deadLetters
    }
  }
}
