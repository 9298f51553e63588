internal import LosslessJSON

/// Makes dead letters due: sets their `last_attempt` to 0 and leaves every other byte as it is.
///
/// `retry_count` stays, because the backoff goes by it. The time of `last_update` becomes the present
/// one, in the form that it had; where it is absent or no time it stays as it is.
struct DueEdit {
  /// What became of the items.
  struct Report {
    /// How many items were changed.
    var changedCount: Int { changed.count }
    /// Which items those are, by their places in the file.
    var changedPlaces: [Int] = []
    /// How many were due before.
    var dueCount = 0
    /// How many are no longer in the file.
    var goneCount = 0
    /// How many items the file holds.
    var itemCount = 0
    /// The items that were changed, with the bytes of the `last_attempt` that they had.
    var changed: [JournalEntry.Item] = []
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
    let survey = try DueSurvey(bytes, file: file, wanted: wanted)
    let report = report(on: survey, of: bytes)
    guard !survey.waiting.isEmpty else { return .init(bytes: nil, report: report) }
    let isChanged = bytes.replace(replacements(for: survey))
    return .init(bytes: isChanged ? bytes : nil, report: report)
  }

  /// Whether the new bytes parse, with as many items as before and those that were meant due.
  func isDone(in bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool {
    let check = try DueCheck(bytes, file: file, places: report.changedPlaces)
    return check.itemCount == report.itemCount && check.dueCount == report.changedCount
  }

  private func replacements(for survey: DueSurvey) -> [JSONReplacement] {
    var replacements = survey.waiting.map { JSONReplacement($0.lastAttempt, with: Self.zero) }
    if let (range, text) = survey.lastUpdate, let form = TimeForm(text) {
      let replacement = JSONReplacement(range, with: Array("\"\(form.text(of: now))\"".utf8))
      let isBehindItems = range.lowerBound > survey.waiting[0].lastAttempt.lowerBound
      replacements.insert(replacement, at: isBehindItems ? replacements.count : 0)
    }
    return replacements
  }

  private func report(on survey: DueSurvey, of bytes: [UInt8]) -> Report {
    Report(
      changedPlaces: survey.waiting.map(\.place),
      dueCount: survey.dueCount,
      goneCount: survey.goneCount,
      itemCount: survey.itemCount,
      changed: survey.waiting.map { .init(key: $0.key, bytes: Array(bytes[$0.lastAttempt])) }
    )
  }
}
