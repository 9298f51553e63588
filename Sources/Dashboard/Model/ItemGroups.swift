package import QueueEngine

/// What the rows of a list are.
package enum Grouping: CaseIterable, Sendable {
  case items, cause, project

  /// The next one in the circle that the key goes round.
  var next: Grouping {
    switch self {
    case .items: .cause
    case .cause: .project
    case .project: .items
    }
  }

  /// What one group is, and what several are.
  func word(for count: Int) -> String {
    switch self {
    case .items: count == 1 ? "item" : "items"
    case .cause: count == 1 ? "cause" : "causes"
    case .project: count == 1 ? "project" : "projects"
    }
  }
}

/// What tells one group from all others.
package struct GroupKey: Hashable, Sendable {
  package let grouping: Grouping
  /// The pattern of the cause, or the project.
  package let name: String

  /// The group in words: `cause HTTP 502`.
  var text: String { "\(grouping.word(for: 1)) \(name)" }
}

/// The names of the groups to which items belong; each cause is looked at once.
struct GroupNaming {
  static let noCause = "no cause is known"
  static let noProject = "no project"

  let grouping: Grouping
  private var patterns: [String: String] = [:]

  init(_ grouping: Grouping) { self.grouping = grouping }

  mutating func name(of item: DeadLetter, by grouping: Grouping, _ causes: CauseIndex) -> String {
    guard grouping == .cause else { return item.project.isEmpty ? Self.noProject : item.project }
    guard let cause = causes.text(for: item) else { return Self.noCause }
    if let pattern = patterns[cause] { return pattern }
    let pattern = CausePattern.of(cause)
    patterns[cause] = pattern
    return pattern
  }

  mutating func name(of item: DeadLetter, _ causes: CauseIndex) -> String {
    name(of: item, by: grouping, causes)
  }
}

/// Items that fail for one cause, or belong to one project.
package struct ItemGroup: Sendable {
  package let key: GroupKey
  /// Indices into the items of the list, in the order of the file.
  package fileprivate(set) var members: [Int] = []
  /// The projects of a cause or the causes of a project, and how many items have each.
  fileprivate var others: [String: Int] = [:]
  /// When the first of them came into the list, where that is known.
  package fileprivate(set) var firstSeen: Timestamp?
  /// When the last try of any dead letter of them was, or the last one came into the queue, where that is
  /// known.
  package fileprivate(set) var lastSeen: Timestamp?
  /// When they are due, ascending.
  fileprivate var dueTimes: [Timestamp] = []

  package var count: Int { members.count }

  /// The most frequent of the others, and how many there are besides.
  var otherText: String {
    guard let most = others.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return "–" }
    return others.count > 1 ? "\(most.key), +\(others.count - 1)" : most.key
  }

  /// How many are due, and how long it is until the next one is.
  func due(at now: Timestamp) -> (count: Int, next: Duration?) {
    let count = dueTimes.count(until: now)
    return (count, count < dueTimes.count ? dueTimes[count] - now : nil)
  }
}

/// The items that the filter shows, in groups, the largest first, and one of them selected.
package struct ItemGroups: Sendable {
  /// What they were made of; as long as that is the same, so are they.
  struct Basis: Hashable {
    let grouping: Grouping
    let list: Int
    let causes: Int
  }

  package private(set) var groups: [ItemGroup] = []
  package private(set) var selectedRow = 0
  /// The row at the top of the table.
  package private(set) var top = 0
  private var chosen: GroupKey?
  private var basis: Basis?

  package init() {}

  /// The selected group.
  package var selected: ItemGroup? {
    groups.indices.contains(selectedRow) ? groups[selectedRow] : nil
  }

  /// Makes them anew where something has changed; the selected group stays selected.
  mutating func rebuild(from list: ItemList, _ causes: CauseIndex, basis: Basis) {
    guard basis != self.basis else { return }
    self.basis = basis
    var naming = GroupNaming(basis.grouping)
    let other: Grouping = basis.grouping == .cause ? .project : .cause
    var places: [String: Int] = [:]
    var made: [ItemGroup] = []
    for index in list.rows.sorted() {
      let item = list.items[index]
      let name = naming.name(of: item, causes)
      let place = places[name] ?? made.count
      if place == made.count {
        places[name] = place
        made.append(ItemGroup(key: GroupKey(grouping: basis.grouping, name: name)))
      }
      made[place].members.append(index)
      made[place].others[naming.name(of: item, by: other, causes), default: 0] += 1
      made[place].dueTimes.append(item.dueAt)
      if let moved = item.movedAt {
        made[place].firstSeen = min(moved, made[place].firstSeen ?? moved)
      }
      let attempt = item.lastAttempt.secondsSinceEpoch > 0 ? item.lastAttempt : nil
      if let last = list.file == .queue ? item.movedAt : attempt {
        made[place].lastSeen = max(last, made[place].lastSeen ?? last)
      }
    }
    for index in made.indices { made[index].dueTimes.sort() }
    groups = made.sorted { ($1.count, $0.key.name) < ($0.count, $1.key.name) }
    selectedRow = chosen.flatMap { key in groups.firstIndex { $0.key == key } } ?? selectedRow
    move(by: 0)
  }

  /// Selects the group so many rows further down, or the last one before the edge.
  mutating func move(by steps: Int) {
    selectedRow = max(min(selectedRow + steps, groups.count - 1), 0)
    chosen = selected?.key
  }

  /// Scrolls just so far that the selected group is among the `rows` shown.
  mutating func revealSelection(rows: Int) {
    let shown = max(rows, 1)
    top = min(top, selectedRow)
    top = max(top, selectedRow - shown + 1)
    top = max(min(top, groups.count - shown), 0)
  }
}

extension Model {
  /// Whether the list that is shown is shown in groups.
  package var isGrouped: Bool { list.isGrouped }

  /// Makes the groups of the list anew where what they are made of has changed.
  mutating func regroup() {
    list.regroup(shownCauses, revision: causesRevision, rows: tableRows)
  }

  /// Shows the list as items, by cause, or by project.
  mutating func showNextGrouping() {
    focus = .deadLetters
    if !views.isEmpty { (views, list.grouping) = ([], .items) }
    if list.group != nil { list.show(group: nil, at: now, causes: shownCauses) }
    list.grouping = list.grouping.next
  }

  /// Shows the items of the selected group.
  mutating func openGroup() {
    guard let group = list.groups.selected else { return }
    list.show(group: group.key, at: now, causes: shownCauses)
    list.grouping = .items
  }

  /// Goes back from the items of a group to the groups.
  mutating func leaveGroup() {
    guard let group = list.group else { return }
    list.show(group: nil, at: now, causes: shownCauses)
    list.grouping = group.grouping
  }
}

extension [Timestamp] {
  /// How many of ascending moments are not after one.
  func count(until moment: Timestamp) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= moment { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
