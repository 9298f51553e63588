/// Many dead letters made due a few at a time, perhaps one before all others to see whether it goes through.
///
/// It only decides. What it names is made due by `RetryItems`, one after the other, and what it has not named
/// stays as it is: whoever carries it out may end at any moment, and nothing is lost.
package struct PacedRetry: Hashable, Sendable {
  /// How it stands.
  package enum Phase: Hashable, Sendable {
    /// One is made due, and what becomes of it decides about the others.
    case trial
    /// The others become due, a few at a time.
    case following
    /// All of them were made due.
    case done
    /// It ended early, for this reason, one sentence.
    case stopped(String)
  }

  /// A few are made due at a time, so that the file is not written for each of many.
  private static let longestStep = 10.0

  /// How many dead letters are meant.
  package let total: Int
  /// How many become due in a minute.
  package let perMinute: Int
  /// The one that is tried before the others, as it stood; `nil` where none is.
  package let first: DeadLetter?
  package private(set) var phase: Phase
  /// How many were made due, or had left before their turn.
  package private(set) var dueCount = 0
  /// Those that were not named yet.
  private var waiting: ArraySlice<ItemKey>
  /// Those that are being made due.
  private var underWay: [ItemKey] = []
  private var isFirstDue = false
  private var nextAt: Timestamp?

  /// Makes a plan.
  ///
  /// - Parameters:
  ///   - keys: The dead letters that are meant.
  ///   - first: The one of them that is tried before the others.
  ///   - perMinute: How many become due in a minute, from 1 up.
  package init(_ keys: [ItemKey], first: DeadLetter?, perMinute: Int) {
    total = keys.count
    self.first = first
    self.perMinute = max(perMinute, 1)
    waiting = keys.filter { $0 != first?.key }[...]
    phase = first == nil ? .following : .trial
  }

  /// The one of some dead letters that can be tried before the others: the preferred one, else the first whose
  /// id no other has.
  package static func candidate(
    among keys: [ItemKey],
    preferring preferred: ItemKey?,
    in letters: [DeadLetter]
  ) -> DeadLetter? {
    let wanted = Set(keys)
    let usable = letters.lazy.filter { letter in
      wanted.contains(letter.key) && !letter.key.id.isEmpty && !letter.flags.contains(.duplicateID)
    }
    return usable.first { $0.key == preferred } ?? usable.first
  }

  /// How many are not due and stay as they are if it ends now.
  package var restCount: Int { total - dueCount }
  /// How many of those that are to follow are due already, so that a worker tries them with the first.
  package func dueCount(among letters: [DeadLetter], at now: Timestamp) -> Int {
    let followers = Set(waiting)
    return letters.count { followers.contains($0.key) && $0.isDue(at: now) }
  }

  /// Whether nothing is left to do.
  package var isOver: Bool {
    switch phase {
    case .trial, .following: false
    case .done, .stopped: true
    }
  }

  /// So many become due at a time.
  private var batchSize: Int { max(Int(Double(perMinute) * Self.longestStep / 60), 1) }

  /// Whether these are the ones that are being made due.
  package func isMaking(_ keys: [ItemKey]) -> Bool { !underWay.isEmpty && keys == underWay }

  /// Says what to make due now.
  ///
  /// - Parameters:
  ///   - now: The present moment.
  ///   - letters: The dead letters as they were read last; those that have left are passed over.
  /// - Returns: the dead letters; none while there is something to wait for.
  package mutating func nextBatch(at now: Timestamp, among letters: [DeadLetter]) -> [ItemKey] {
    guard underWay.isEmpty else { return [] }
    switch phase {
    case .done, .stopped: return []
    case .trial:
      if !isFirstDue, let first { underWay = [first.key] }
    case .following:
      // A clock that was set back must not hold it up.
      if let nextAt, now < nextAt, nextAt - now <= .seconds(60) { return [] }
      while underWay.isEmpty, !waiting.isEmpty {
        let batch = waiting.prefix(batchSize)
        waiting = waiting.dropFirst(batch.count)
        let present = Set(letters.lazy.map(\.key).filter(Set(batch).contains))
        underWay = batch.filter(present.contains)
        dueCount += batch.count - underWay.count
      }
      if underWay.isEmpty { phase = .done }
    }
    return underWay
  }

  /// Takes that what was named is due now.
  package mutating func succeed(at now: Timestamp) {
    dueCount += underWay.count
    let seconds = Double(underWay.count) * 60 / Double(perMinute)
    underWay = []
    switch phase {
    case .trial:
      isFirstDue = true
    case .following where waiting.isEmpty: phase = .done
    case .following: nextAt = now + .seconds(seconds)
    case .done, .stopped: break
    }
  }

  /// Ends it; those that were not made due stay as they are.
  package mutating func stop(_ reason: String) {
    underWay = []
    if !isOver { phase = .stopped(reason) }
  }

  /// Takes a reading from after the first one was made due: the others follow once it has left the file.
  ///
  /// - Parameters:
  ///   - letters: The dead letters.
  ///   - cause: Why one failed last, as far as that is known.
  package mutating func review(_ letters: [DeadLetter], cause: (DeadLetter) -> String?) {
    guard phase == .trial, isFirstDue, let first else { return }
    guard let item = letters.first(where: { $0.key == first.key }) else {
      phase = waiting.isEmpty ? .done : .following
      return
    }
    guard item.lastAttempt != Timestamp(0) else { return }
    let isAsBefore = item.lastAttempt == first.lastAttempt && item.retryCount == first.retryCount
    let what =
      isAsBefore
      ? "has its old time again, so it was not tried"
      : "failed again" + (cause(item).map { ": \($0)" } ?? "")
    phase = .stopped("\(first.key.shortID) \(what).")
  }
}
