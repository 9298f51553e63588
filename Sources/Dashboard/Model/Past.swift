package import QueueEngine

/// What the charts and sparklines show: what this session saw, above what was recorded before it.
package struct Past: Sendable {
  package private(set) var figures = FigurePast()
  private var sampler = FigureSampler()

  package init() {}

  /// Takes what a snapshot says now.
  mutating func note(_ snapshot: Snapshot, at now: Timestamp) {
    figures.note(sampler.files(snapshot, at: now), of: .files, at: now)
    figures.note(sampler.server(snapshot.server, at: now), of: .server, at: now)
  }

  /// Takes what was recorded before.
  mutating func fill(from recorded: [FigureSeries]) {
    for series in recorded { figures.fill(from: series) }
  }

  /// The latest values of one figure, in so many columns; they move on only when a column has passed.
  ///
  /// - Returns: the values, each `nil` where nothing was recorded, and the time that they span: ten minutes,
  ///   half an hour or an hour, by how much is known. `nil` where nothing is.
  func recent(
    _ subject: FigureSubject,
    columns: Int,
    at now: Timestamp
  ) -> (figures: [Figures?], span: Duration)? {
    let series = figures[subject, .fine]
    guard columns > 0, let start = series.start else { return nil }
    let known = now - start
    let span = Self.spans.first { known <= $0 + Self.slack } ?? Self.longestSpan
    let window = ChartWindow(span, columns: columns, grain: .fine, at: now)
    return (series.columns(columns, from: window.start, to: window.end), span)
  }

  private static let spans = [Duration.seconds(600), .seconds(1800)]
  private static let longestSpan = Duration.seconds(3600)
  /// A little more than a span is shown as that.
  private static let slack = Duration.seconds(30)
}

/// A stretch of time in columns; it moves on by whole columns, so that what is drawn stays where it is
/// until one has passed.
struct ChartWindow: Hashable {
  let start: Timestamp
  let end: Timestamp
  let columns: Int

  init(_ span: Duration, columns: Int, grain: FigureGrain, at now: Timestamp) {
    let length = span.seconds / Double(max(columns, 1))
    // The last column is one in which a slot has begun: it has something to show.
    let latest = grain.slot(of: now).map(grain.start) ?? now
    let last = (latest.secondsSinceEpoch / length).rounded(.down) + 1
    end = Timestamp(last * length)
    start = Timestamp((last - Double(columns)) * length)
    self.columns = columns
  }

  /// The length of a column.
  var column: Duration { (end - start) / max(columns, 1) }

  /// The column in which a moment lies; `nil` where it lies outside.
  func column(of moment: Timestamp) -> Int? {
    let place = (moment - start).seconds / column.seconds
    guard place >= 0, place < Double(columns) else { return nil }
    return Int(place)
  }
}

/// How much time a chart shows.
package enum ChartSpan: CaseIterable, Sendable, Hashable {
  case quarterHour, sixHours, day, week

  var duration: Duration {
    switch self {
    case .quarterHour: .seconds(900)
    case .sixHours: .seconds(6 * 3600)
    case .day: .seconds(86_400)
    case .week: .seconds(7 * 86_400)
    }
  }

  var label: String {
    switch self {
    case .quarterHour: "15min"
    case .sixHours: "6h"
    case .day: "24h"
    case .week: "7d"
    }
  }

  /// The ring that is read for it.
  var grain: FigureGrain { self == .quarterHour || self == .sixHours ? .fine : .coarse }

  /// From one mark of its axis to the next.
  var tick: Duration {
    switch self {
    case .quarterHour: .seconds(300)
    case .sixHours: .seconds(3600)
    case .day: .seconds(4 * 3600)
    case .week: .seconds(86_400)
    }
  }

  /// The next shorter or longer one; itself at the end.
  func moved(by step: Int) -> ChartSpan {
    let all = Self.allCases
    let place = (all.firstIndex(of: self) ?? 0) + step
    return all[min(max(place, 0), all.count - 1)]
  }
}

extension Model {
  /// How much time the charts show: what was chosen, else the shortest that holds all that is known, a day
  /// at most.
  var shownSpan: ChartSpan {
    if let chartSpan { return chartSpan }
    let starts = FigureSubject.allCases.map { past.figures[$0, .coarse].start ?? now }
    let known = now - (starts.min() ?? now)
    return ChartSpan.allCases.first { $0 == .day || known <= $0.duration } ?? .day
  }

  /// Whether charts are on the screen.
  var isChartShown: Bool { isZoomed && views.isEmpty && (focus == .server || focus == .queue) }

  /// Shows less or more time.
  mutating func changeSpan(by step: Int) {
    let span = shownSpan.moved(by: step)
    if span == shownSpan {
      note(.hint, step > 0 ? "A week is the longest span." : "15 minutes are the shortest span.")
    }
    chartSpan = span
  }

  /// Why a key of the charts does nothing here.
  var chartObstacle: String? {
    guard !isChartShown else { return nil }
    let zoom =
      keymap.label(of: .zoom, charset).map { "press \($0) on VPS or Queue" } ?? "zoom VPS or Queue"
    return "No chart is shown; \(zoom) first."
  }
}
