/// Figures of one subject in slots of equal length, the latest ones, ascending; slots in which nobody
/// watched are not there.
package struct FigureSeries: Hashable, Sendable {
  /// The figures of one slot.
  package struct Entry: Hashable, Sendable {
    /// The number of the slot since 1970.
    package var slot: Int
    package var figures: Figures

    package init(slot: Int, figures: Figures) {
      self.slot = slot
      self.figures = figures
    }
  }

  package let subject: FigureSubject
  package let grain: FigureGrain
  package private(set) var entries: [Entry] = []

  package init(_ subject: FigureSubject, _ grain: FigureGrain) {
    self.subject = subject
    self.grain = grain
  }

  /// Makes a series of what was read from a ring, ascending.
  init(_ subject: FigureSubject, _ grain: FigureGrain, entries: [Entry]) {
    self.init(subject, grain)
    self.entries = entries
  }

  /// Takes what is seen now.
  ///
  /// A clock that was set back leaves the slots behind it in the future, where they are forgotten; a
  /// reading that is a little older than the tick before it is no step back.
  package mutating func note(_ figures: Figures, at now: Timestamp) {
    guard !figures.isEmpty, var slot = grain.slot(of: now) else { return }
    if let last = entries.last?.slot, slot < last {
      if grain.start(of: last) - now <= FigureGrain.tolerance {
        slot = last
      } else {
        entries.removeAll { $0.slot > slot }
      }
    }
    if entries.last?.slot == slot {
      entries[entries.count - 1].figures.combine(figures, of: subject)
    } else {
      entries.append(Entry(slot: slot, figures: figures))
      if entries.count > grain.capacity { entries.removeFirst(entries.count - grain.capacity) }
    }
  }

  /// Takes what others recorded; of a slot that both have, our own stays.
  package mutating func fill(from other: FigureSeries) {
    guard other.subject == subject, other.grain == grain else { return }
    let own = Set(entries.map(\.slot))
    entries += other.entries.filter { !own.contains($0.slot) }
    entries.sort { $0.slot < $1.slot }
    if entries.count > grain.capacity { entries.removeFirst(entries.count - grain.capacity) }
  }

  /// What lies between two moments, in so many columns of equal length; `nil` where nothing was recorded.
  ///
  /// A column that is shorter than a slot has the figures of the slot that it lies in.
  package func columns(_ count: Int, from start: Timestamp, to end: Timestamp) -> [Figures?] {
    guard count > 0, end > start else { return [] }
    var columns = [Figures?](repeating: nil, count: count)
    let span = (end - start).seconds / Double(count)
    for entry in entries {
      // Beginnings that are equal but for the last bits of a number are equal.
      let exact = (grain.start(of: entry.slot) - start).seconds / span
      let begin = (exact * 1e6).rounded() / 1e6
      let length = Double(grain.seconds) / span
      // The end of a slot belongs to the next one.
      let first = max(Int(begin.rounded(.down)), 0)
      let last = min(Int((begin + length - 1e-6).rounded(.up)) - 1, count - 1)
      guard begin < Double(count), begin + length > 0, first <= last else { continue }
      // Of columns that are longer than a slot it belongs to the one in which it begins.
      for column in first...(length > 1 ? last : first) {
        if columns[column] == nil {
          columns[column] = entry.figures
        } else {
          columns[column]?.combine(entry.figures, of: subject)
        }
      }
    }
    return columns
  }

  /// The first moment of which anything is known.
  package var start: Timestamp? { entries.first.map { grain.start(of: $0.slot) } }
  /// The end of the last slot of which anything is known.
  package var end: Timestamp? { entries.last.map { grain.start(of: $0.slot + 1) } }
}

/// How finely the past is recorded: each grain has a ring file of its own.
package enum FigureGrain: String, CaseIterable, Sendable {
  /// Six hours in slots of ten seconds.
  case fine
  /// Seven days in slots of five minutes.
  case coarse

  /// A reading may be so much older than the tick before it.
  static let tolerance = Duration.seconds(2)

  /// The length of a slot.
  package var seconds: Int { self == .fine ? 10 : 300 }
  /// How many slots are kept.
  package var capacity: Int { self == .fine ? 2160 : 2016 }

  /// The number of the slot in which a moment lies; `nil` for a moment that no clock shows.
  package func slot(of moment: Timestamp) -> Int? {
    Int(exactly: (moment.secondsSinceEpoch / Double(seconds)).rounded(.down))
  }

  /// The moment at which a slot begins.
  package func start(of slot: Int) -> Timestamp { Timestamp(Double(slot) * Double(seconds)) }
}

/// What is known of the last seven days: of the files and of the server, finely and coarsely.
package struct FigurePast: Hashable, Sendable {
  private var series: [FigureSeries]

  package init() {
    series = FigureSubject.allCases.flatMap { subject in
      FigureGrain.allCases.map { FigureSeries(subject, $0) }
    }
  }

  /// One of the series.
  package subscript(subject: FigureSubject, grain: FigureGrain) -> FigureSeries {
    series.first { $0.subject == subject && $0.grain == grain } ?? FigureSeries(subject, grain)
  }

  /// Takes what is seen of a subject now.
  package mutating func note(_ figures: Figures, of subject: FigureSubject, at now: Timestamp) {
    for index in series.indices where series[index].subject == subject {
      series[index].note(figures, at: now)
    }
  }

  /// Takes what was recorded, where nothing of ours stands.
  package mutating func fill(from other: FigureSeries) {
    for index in series.indices { series[index].fill(from: other) }
  }
}
