internal import QueueEngine

/// The line in which a filter or a search is typed, with what is wrong with it, in the place of the footer.
enum FilterLine {
  /// It and the keys: both keep their places whatever is typed.
  static let rows = 2
  /// The columns that a text keeps beside what is told of it.
  private static let leastText = 16
  private static let language = [
    "text  project:x  cause:x  content:x  tries>5  due  !not",
    "text  project:x  cause:x  tries>5  due  !not", "text  project:x  tries>5  due  !not",
    "project:x tries>5 due !not",
  ]

  static func lines(_ entry: TextEntry, model: Model, columns: Int) -> [Line] {
    let keys = FooterPanel.keys(model, columns: columns)
    guard let problem = model.filterProblem?.description else {
      return [line(entry, beside: remark(entry, model: model, columns: columns), columns), keys]
    }
    let isRoomy = CellWidth.of(problem) + leastText <= columns
    guard isRoomy else {
      // What is wrong matters more than the keys.
      let sentence = CellWidth.clipped(problem, to: columns)
      return [line(entry, beside: Span(""), columns), Line(sentence, .warning)]
    }
    return [line(entry, beside: Span(problem, .warning), columns), keys]
  }

  /// What stands beside a filter that can be read: how much it shows, or its language.
  private static func remark(_ entry: TextEntry, model: Model, columns: Int) -> Span {
    if model.searchEntry != nil {
      guard !entry.isEmpty else { return Span("a text; n and N go on to the others", .dim) }
      let count = model.matchCount
      let words = (count == 1 ? "1 line" : "\(count) lines") + searchedPart(model)
      return Span(words, count == 0 ? .warning : .dim)
    }
    if ItemFilter.asksForContents(typed: entry.text) {
      return Span("⏎ looks through the contents", .dim)
    }
    guard entry.isEmpty else {
      return Span("\(model.list.shownCount) of \(model.list.count)", .dim)
    }
    return Span(language.first { CellWidth.of($0) + leastText <= columns } ?? "", .dim)
  }

  /// Of which part of the log that is said; nothing where it is all of it, or a page.
  private static func searchedPart(_ model: Model) -> String {
    let kept = LogFollower.keptLines
    let isPart = model.views.isEmpty && model.snapshot?.log.content?.lines.count ?? 0 >= kept
    return isPart ? " of the last \(kept)" : ""
  }

  private static func line(_ entry: TextEntry, beside remark: Span, _ columns: Int) -> Line {
    let lead = Span("/ ", .key, bold: true)
    let room = columns - lead.width - (remark.width > 0 ? remark.width + Line.gap : 0)
    return Line([lead] + entry.spans(columns: room), right: remark.width > 0 ? [remark] : [])
  }
}

extension Model {
  /// The filter or the search, while it is typed.
  var lineEntry: TextEntry? { filterEntry ?? searchEntry }
}
