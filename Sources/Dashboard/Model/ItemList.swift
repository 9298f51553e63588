package import QueueEngine

/// The items of the queue or the dead letters as they are shown: filtered, sorted, some marked, and one of
/// them selected.
///
/// Sorting happens when the file or the wish changes, never when the clock ticks: what becomes due
/// then is found by bisection, so that 100 000 items cost a tick nothing.
package struct ItemList: Sendable {
  /// Which of the two it is.
  package let file: ListFile
  /// The items, in the order of the file.
  package private(set) var items: [DeadLetter] = []
  package private(set) var filter = ItemFilter()
  package private(set) var sort: ItemSort
  package internal(set) var marks = Marks()
  /// What the rows are, and the groups where they are groups.
  package internal(set) var grouping = Grouping.items
  package private(set) var groups = ItemGroups()
  /// The beginnings of contents that the table shows, as far as they were asked for.
  package internal(set) var previews = ContentPreviews()
  /// The group whose items alone are shown; `nil` shows all that the filter lets through.
  package private(set) var group: GroupKey?
  /// Which contents hold what the filter asks for.
  package internal(set) var contents = ContentMatches()
  /// Counts up whenever other items were read.
  private(set) var reading = 0
  /// Counts up whenever the rows are found anew.
  private(set) var revision = 0
  /// Indices into `items`, sorted.
  private var order: [Int] = []
  /// Indices into `items`, row by row: those of the order that the filter shows.
  package private(set) var rows: [Int] = []
  /// The moments at which the items are due, ascending.
  private var dueTimes: [Timestamp] = []
  /// How many of them have failed since they came into the list.
  private(set) var failedCount = 0
  /// How many items were due when the filter was last applied.
  private var dueWhenFiltered = 0
  /// The selected row; meaningless where there is none.
  package private(set) var selectedRow = 0
  /// The selected item, which keys act on.
  package private(set) var selection: ItemKey?
  /// The item that the person chose: selected whenever it is shown, wherever it moves.
  package private(set) var chosen: ItemKey?
  /// The row at the top of the table.
  package private(set) var top = 0

  package init(_ file: ListFile) {
    self.file = file
    sort = ItemSort(of: file)
  }

  /// Whether it is still to be found out which contents hold what the filter asks for.
  var isLookingThroughContents: Bool { contents.isLooking && !filter.contents.isEmpty }
  /// Whether the rows are groups.
  package var isGrouped: Bool { grouping != .items }
  /// Whether the file has no item; the filter may show none all the same.
  package var isEmpty: Bool { items.isEmpty }
  /// How many items there are.
  package var count: Int { items.count }
  /// How many of them the filter shows.
  package var shownCount: Int { rows.count }
  package var isFiltered: Bool { !filter.isEmpty || group != nil }
  /// What is shown alone, in words: the group, and the filter as it was typed behind `sign`.
  func filterText(_ sign: String = "") -> String {
    [group?.text, filter.isEmpty ? nil : sign + filter.text].compactMap { $0 }.joined(
      separator: " "
    )
  }

  /// The place in the file of a row's item.
  package func index(atRow row: Int) -> Int? {
    rows.indices.contains(row) ? rows[row] : nil
  }

  /// The item of a row.
  package func item(atRow row: Int) -> DeadLetter? {
    index(atRow: row).map { items[$0] }
  }

  /// The items of those of the rows that there are.
  func items(atRows rows: Range<Int>) -> [DeadLetter] { rows.compactMap { item(atRow: $0) } }

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
    dueTimes.count(until: now)
  }

  /// How many become due in each part of the time to come; those that are due are in the first.
  func comingRetries(within time: Duration, parts: Int, at now: Timestamp) -> [Int] {
    var before = dueCount(at: now)
    return (1...max(parts, 1)).map { part in
      let end = dueTimes.count(until: now + .seconds(time.seconds * Double(part) / Double(parts)))
      defer { before = end }
      return end - before
    }
  }

  /// The time until the next item is due that is not due yet.
  package func nextDue(at now: Timestamp) -> Duration? {
    let due = dueCount(at: now)
    return due < dueTimes.count ? dueTimes[due] - now : nil
  }
}

extension ItemList {
  /// Takes the items of a new snapshot and returns whether they differ; sorts only then.
  mutating func replace(with items: [DeadLetter], at now: Timestamp, causes: CauseIndex) -> Bool {
    guard items != self.items else { return false }
    marks.follow(from: self.items, to: items)
    self.items = items
    reading += 1
    dueTimes = file == .queue ? [] : items.map(\.dueAt).sorted()
    failedCount = items.count { $0.retryCount > 0 }
    arrange(at: now, causes: causes)
    return true
  }

  /// Sorts another way.
  mutating func sort(by sort: ItemSort, at now: Timestamp, causes: CauseIndex) {
    self.sort = sort
    arrange(at: now, causes: causes)
  }

  /// Shows what another filter lets through.
  mutating func show(_ filter: ItemFilter, at now: Timestamp, causes: CauseIndex) {
    guard filter != self.filter else { return }
    self.filter = filter
    applyFilter(at: now, causes: causes)
  }

  /// Takes which contents hold what the filter asks for.
  mutating func take(contents found: [String: Set<ItemKey>], at now: Timestamp, causes: CauseIndex)
  {
    contents.take(found)
    applyFilter(at: now, causes: causes)
  }

  /// Shows the items of one group alone, or of all.
  mutating func show(group: GroupKey?, at now: Timestamp, causes: CauseIndex) {
    guard group != self.group else { return }
    self.group = group
    applyFilter(at: now, causes: causes)
  }

  /// Takes what the log says of causes now, where the order or the filter heeds it.
  mutating func heed(_ causes: CauseIndex, at now: Timestamp) {
    if sort.column == .cause {
      arrange(at: now, causes: causes)
    } else if filter.dependsOnCauses || group?.grouping == .cause {
      applyFilter(at: now, causes: causes)
    }
  }

  /// Takes another moment, where the filter heeds it and something became due.
  mutating func heed(_ now: Timestamp, causes: CauseIndex) {
    guard filter.dependsOnTime, dueCount(at: now) != dueWhenFiltered else { return }
    applyFilter(at: now, causes: causes)
  }

  /// Makes the groups anew where what they are made of has changed.
  mutating func regroup(_ causes: CauseIndex, revision causesRevision: Int, rows: Int) {
    guard isGrouped else { return }
    let basis = ItemGroups.Basis(grouping: grouping, list: revision, causes: causesRevision)
    var groups = groups
    groups.rebuild(from: self, causes, basis: basis)
    groups.revealSelection(rows: rows)
    self.groups = groups
  }

  /// Selects another item, or another group of them.
  mutating func move(by steps: Int) {
    if isGrouped { groups.move(by: steps) } else { moveSelection(by: steps) }
  }

  /// The row that is selected, of the items or the groups.
  var selectedPlace: Int { isGrouped ? groups.selectedRow : selectedRow }

  /// Marks the selected item, or all of the selected group, or takes their marks off, and moves on.
  mutating func markSelected() {
    if isGrouped {
      guard let group = groups.selected else { return }
      marks.toggleAll(of: group.members, in: count)
    } else {
      guard let index = index(atRow: selectedRow) else { return }
      marks.toggle(index: index, of: count)
    }
    move(by: 1)
  }

  /// The keys of the selected group's items, in the order of the file.
  var keysOfSelectedGroup: [ItemKey] { groups.selected?.members.map { items[$0].key } ?? [] }

  /// Selects the row `steps` further down, or the last one before the edge.
  mutating func moveSelection(by steps: Int) {
    select(row: selectedRow + steps)
    chosen = selection ?? chosen
  }

  /// Makes the selected item the chosen one.
  mutating func choose() {
    chosen = selection ?? chosen
  }

  /// Scrolls just so far that the selected row is among the `rows` shown.
  mutating func revealSelection(rows: Int) {
    let shown = max(rows, 1)
    top = min(top, selectedRow)
    top = max(top, selectedRow - shown + 1)
    top = max(min(top, shownCount - shown), 0)
  }

  private mutating func arrange(at now: Timestamp, causes: CauseIndex) {
    order = sort.order(of: items, at: now, causes: causes)
    applyFilter(at: now, causes: causes)
  }

  /// Finds the rows anew, and in them the chosen item, else the one after the place where it was.
  private mutating func applyFilter(at now: Timestamp, causes: CauseIndex) {
    let chosenIndex = chosen.flatMap { key in items.firstIndex { $0.key == key } }
    var row = isFiltered ? nil : chosenIndex.flatMap(order.firstIndex)
    if !isFiltered {
      rows = order
    } else {
      rows = []
      var naming = GroupNaming(group?.grouping ?? .items)
      for index in order {
        if index == chosenIndex { row = rows.count }
        if let group, naming.name(of: items[index], causes) != group.name { continue }
        if filter.matches(items[index], causes: causes, contents: contents, at: now) {
          rows.append(index)
        }
      }
    }
    revision += 1
    dueWhenFiltered = dueCount(at: now)
    select(row: row ?? selectedRow)
    if chosenIndex == nil { chosen = selection }
  }

  private mutating func select(row: Int) {
    selectedRow = max(min(row, rows.count - 1), 0)
    selection = rows.isEmpty ? nil : items[rows[selectedRow]].key
  }
}
