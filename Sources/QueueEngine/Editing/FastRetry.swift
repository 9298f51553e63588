internal import LosslessJSON

/// The fast path of a retry: makes dead letters due, by setting their `last_attempt` to 0 where it stands.
///
/// It does what an `ItemEdit` could, for 100 000 items in the time that the disk takes: it reads no
/// more of an item than it must, and changes the bytes in place. Every other byte stays as it is.
/// `retry_count` stays, because the backoff goes by it. The time of `last_update` becomes the present
/// one, in the form that it had; where it is absent or no time it stays as it is.
struct FastRetry {
  /// What became of the items.
  struct Report {
    /// The items that were changed, where they stood, in the order of the file.
    fileprivate let waiting: [FastRetrySurvey.Waiting]
    /// The bytes of the `last_attempt` that each of them had, one behind the other.
    fileprivate let oldTimes: [UInt8]
    /// How many were due before.
    var dueCount = 0
    /// How many are no longer in the file.
    var goneCount = 0
    /// How many items the file holds.
    var itemCount = 0

    /// How many items were changed.
    var changedCount: Int { waiting.count }

    /// The items that were changed, with the bytes of the `last_attempt` that they had; each is made when
    /// its turn comes.
    var changed: some Sequence<JournalEntry.Item> {
      sequence(state: (next: 0, position: 0)) { [waiting, oldTimes] state in
        guard state.next < waiting.count else { return nil }
        let item = waiting[state.next]
        let end = state.position + item.lastAttempt.count
        defer { state = (state.next + 1, end) }
        return .init(key: item.key, bytes: Array(oldTimes[state.position..<end]))
      }
    }
  }

  private static let zero: [UInt8] = [UInt8(ascii: "0")]

  private let file: String
  private let wanted: WantedItems
  private let now: Timestamp

  /// Makes the change of the wanted items in the file with a name.
  init(_ wanted: WantedItems, file: String, now: Timestamp) {
    self.file = file
    self.wanted = wanted
    self.now = now
  }

  /// The new bytes; `nil` where all of the items are due, or gone.
  func apply(
    to bytes: consuming [UInt8]
  ) throws(DecodingProblem) -> FileReplacement.Content<Report> {
    var bytes = bytes
    let survey = try FastRetrySurvey(bytes, file: file, wanted: wanted)
    let report = report(on: survey, of: bytes)
    guard !survey.waiting.isEmpty else { return .init(bytes: nil, report: report) }
    let isChanged = replaceTimes(in: &bytes, survey)
    return .init(bytes: isChanged ? bytes : nil, report: report)
  }

  /// Whether the new bytes parse, with as many items as before and those that were meant due.
  func isDone(in bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool {
    var check = FastRetryCheck(places: report.waiting.lazy.map(\.place))
    _ = try ListFrame(bytes, of: .deadLetters, file: file, into: &check)
    return check.itemCount == report.itemCount && check.dueCount == report.changedCount
  }

  /// Replaces each `last_attempt`, and `last_update` where it stands.
  private func replaceTimes(in bytes: inout [UInt8], _ survey: FastRetrySurvey) -> Bool {
    let waiting = survey.waiting
    let update = updatedTime(survey)
    let isFirst = update.map { $0.range.lowerBound < waiting[0].lastAttempt.lowerBound } ?? false
    return bytes.replace(count: waiting.count + (update == nil ? 0 : 1)) { index in
      let place = isFirst ? index - 1 : index
      if let update, !waiting.indices.contains(place) { return update }
      return JSONReplacement(waiting[place].lastAttempt, with: Self.zero)
    }
  }

  private func updatedTime(_ survey: FastRetrySurvey) -> JSONReplacement? {
    guard let (range, text) = survey.lastUpdate, let form = TimeForm(text) else { return nil }
    return JSONReplacement(range, with: Array("\"\(form.text(of: now))\"".utf8))
  }

  private func report(on survey: FastRetrySurvey, of bytes: [UInt8]) -> Report {
    var oldTimes: [UInt8] = []
    oldTimes.reserveCapacity(survey.waiting.reduce(0) { $0 + $1.lastAttempt.count })
    for item in survey.waiting { oldTimes += bytes[item.lastAttempt] }
    return Report(
      waiting: survey.waiting,
      oldTimes: oldTimes,
      dueCount: survey.dueCount,
      goneCount: survey.goneCount,
      itemCount: survey.itemCount
    )
  }
}

/// Reads a changed dead-letter file to its end, as a program would that has never seen it.
///
/// It goes by the places of the items and not by their ids, which the change was made by: so it is
/// a second opinion, and needs no table.
private struct FastRetryCheck<Places: RandomAccessCollection<Int>>: ItemTaker {
  /// How many of the items at the given places are due.
  private(set) var dueCount = 0
  /// The number of all items in the file.
  private(set) var itemCount = 0
  private let places: Places
  private var next: Places.Index

  /// Looks at the items at some places, which ascend.
  init(places: Places) {
    self.places = places
    next = places.startIndex
  }

  mutating func startOver() { self = Self(places: places) }

  mutating func take(_ cursor: inout JSONCursor) throws(JSONError) {
    defer { itemCount += 1 }
    guard next < places.endIndex, places[next] == itemCount else {
      _ = try cursor.readValue()
      return
    }
    places.formIndex(after: &next)
    var isDue = false
    try cursor.readObject { (cursor, key) throws(JSONError) in
      let value = try cursor.readValue()
      if cursor.isEqual(key, to: "last_attempt") { isDue = cursor.double(of: value) == 0 }
    }
    if isDue { dueCount += 1 }
  }
}
