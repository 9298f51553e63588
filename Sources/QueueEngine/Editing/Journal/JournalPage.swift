/// One entry of the journal by the name of its file: `00000012-drop.done`.
///
/// The name says all that is asked of entries that are not read, so that an entry changes its state
/// by a rename and a journal with entries of many megabytes is listed at once.
struct JournalPage: Hashable, Sendable {
  /// How far the change has come.
  enum State: String {
    /// It was about to be made; whether it was is seen by the file.
    case intent
    /// It was made.
    case done
    /// It was made, and taken back.
    case undone
    /// A crash came between, and the file was changed since: there is no telling.
    case unsure
  }

  private static let digits = 8

  let number: Int
  let kind: JournalEntry.Kind
  var state: State

  init(number: Int, kind: JournalEntry.Kind, state: State) {
    self.number = number
    self.kind = kind
    self.state = state
  }

  /// Reads a file name; `nil` for one that is none of ours.
  init?(fileName: String) {
    let parts = fileName.split(separator: ".")
    guard parts.count == 2, let state = State(rawValue: String(parts[1])) else { return nil }
    let words = parts[0].split(separator: "-")
    guard words.count == 2, let number = Int(words[0]), (1..<Int.max).contains(number),
      let kind = JournalEntry.Kind(rawValue: String(words[1]))
    else { return nil }
    self.init(number: number, kind: kind, state: state)
  }

  /// The name of its file.
  var fileName: String {
    "\(String(number).zeroPadded(to: Self.digits))-\(kind.rawValue).\(state.rawValue)"
  }
}
