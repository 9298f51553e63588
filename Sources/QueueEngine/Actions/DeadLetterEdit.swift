/// A change to the dead letters that is planned anew for whatever their file holds.
protocol DeadLetterEdit {
  /// What became of the items that are meant.
  associatedtype Report

  /// Plans the change for the bytes of the file; new bytes are `nil` where nothing has to change.
  func apply(to bytes: consuming [UInt8]) throws(DecodingProblem) -> FileReplacement.Content<Report>

  /// Whether the new bytes parse and hold what was planned.
  func isDone(in bytes: [UInt8], _ report: Report) throws(DecodingProblem) -> Bool
}

extension AppendEdit: DeadLetterEdit {}
extension DropEdit: DeadLetterEdit {}
extension DueEdit: DeadLetterEdit {}
extension DueUndoEdit: DeadLetterEdit {}

extension ChangeSession {
  /// Makes a change to the dead letters; the parameters are those of `change`.
  mutating func make<Edit: DeadLetterEdit, Items: Sequence<JournalEntry.Item>>(
    _ edit: Edit,
    as kind: JournalEntry.Kind,
    undoing undoes: Int? = nil,
    items: (_ report: Edit.Report) -> Items
  ) throws(ActionError) -> Edit.Report {
    try change(
      .deadLetters,
      as: kind,
      undoing: undoes,
      transform: { bytes throws(DecodingProblem) in try edit.apply(to: bytes) },
      reparse: { bytes, report throws(DecodingProblem) in try edit.isDone(in: bytes, report) },
      items: items
    )
  }
}
