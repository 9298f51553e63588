/// Chooses the items to send next: in the order of the file within a project, the projects by turns.
///
/// A sender has one memory of a project in flight at a time, so the project that has the fewest
/// claims comes first: that keeps all senders busy while there is enough to do.
struct ClaimChoice {
  private struct Lane {
    var indices: [Int] = []
    var next = 0
    var busy: Int
  }

  private let busy: [String: Int]
  private var places: [String: Int] = [:]
  private var lanes: [Lane] = []

  /// Begins with nothing to choose from; `busy` tells how many claims each project has already.
  init(busy: [String: Int]) {
    self.busy = busy
  }

  /// Takes the item that comes next in the file and may be claimed.
  mutating func add(_ index: Int, project: String) {
    let place = places[project] ?? lanes.count
    if place == lanes.count {
      places[project] = place
      lanes.append(Lane(busy: busy[project] ?? 0))
    }
    lanes[place].indices.append(index)
  }

  /// The next item; `nil` where none is left.
  mutating func next() -> Int? {
    var best: Int?
    for (place, lane) in lanes.enumerated() where lane.next < lane.indices.count {
      if best.map({ lane.busy < lanes[$0].busy }) ?? true { best = place }
    }
    guard let best else { return nil }
    defer {
      lanes[best].next += 1
      lanes[best].busy += 1
    }
    return lanes[best].indices[lanes[best].next]
  }
}
