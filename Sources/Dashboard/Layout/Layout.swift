/// What a layout needs to know of the state besides the size.
package struct LayoutNeeds: Hashable, Sendable {
  /// The most dead letters that there were since the screen has its size.
  package var deadLetters: Int
  /// Rows that the footer needs to say all; it gets three at most.
  package var footerRows: Int

  package init(deadLetters: Int = 0, footerRows: Int = 1) {
    self.deadLetters = deadLetters
    self.footerRows = footerRows
  }
}

/// Where each part of the dashboard lies: a pure function of the size and a few needs.
///
/// What goes first when room is short is decided here. Columns first stack the three status boxes,
/// where there are rows enough for that, and else turn them into lines. Rows first lower the boxes,
/// then take the log, then the boxes, then all but one line of status, and with that the frames.
/// Header, banner, a row of dead letters and footer are always there. The dead letters get the rows that
/// the most of them needed, a few at a time; rows to spare belong to the log. Nothing else than that and a
/// sentence in the footer moves a boundary, so that figures which change do not make the screen jump.
package struct Layout: Hashable, Sendable {
  /// How the server, the queue and the lock are shown.
  package enum Status: Hashable, Sendable {
    /// A box for each.
    case boxes(server: Rect, queue: Rect, lock: Rect)
    /// A line for each, or one for all where the rectangle has a single row.
    case lines(Rect)
  }

  /// Below this size nothing useful can be shown.
  package static let smallest = Size(columns: 40, rows: 10)

  /// From so many columns on the status boxes stand side by side.
  private static let columnsForBoxes = 76
  /// How high boxes side by side are from so many rows of screen on, the most first.
  private static let boxHeights = [
    (rows: 60, height: 9), (rows: 22, height: 7), (rows: 16, height: 5),
  ]
  /// How high each of three stacked boxes is from so many rows on, the most first.
  private static let stackedHeights = [
    (rows: 60, height: 7), (rows: 38, height: 5),
  ]
  /// Below so many rows there is a line of status, and no frame.
  private static let rowsForFrames = 14
  private static let rowsForLongBanner = 24
  static let mostFooterRows = 3
  /// Frame, heading and two rows.
  private static let leastTable = 5
  /// Frame and three lines.
  private static let leastLog = 5
  private static let rowsForLog = leastTable + leastLog
  /// The table grows by so many rows at a time, so that it seldom moves.
  private static let tableStep = 4
  /// Frame and heading of the table of dead letters, and its heading alone.
  private static let (framedOverhead, bareOverhead) = (3, 1)
  /// Heading, two rows, and the line of the log.
  private static let rowsForLogLine = 4

  package private(set) var header: Rect
  package private(set) var banner: Rect
  package private(set) var status: Status
  package private(set) var deadLetters: Rect
  /// Whether the dead letters and the log have frames; on the smallest screens they have none.
  package let isFramed: Bool
  /// Dropped where there are too few rows.
  package private(set) var log: Rect?
  package private(set) var footer: Rect

  /// The layout for a size; `nil` below `smallest`.
  package init?(size: Size, needs: LayoutNeeds) {
    guard size.columns >= Self.smallest.columns, size.rows >= Self.smallest.rows else {
      return nil
    }
    var rest = Rect(size)
    header = rest.cutTop(rows: 1)
    let footerRows = min(max(needs.footerRows, 1), Self.mostFooterRows)
    footer = rest.cutBottom(rows: footerRows)
    banner = rest.cutTop(rows: size.rows >= Self.rowsForLongBanner ? 2 : 1)
    status = Self.status(in: &rest, size: size)
    isFramed = size.rows >= Self.rowsForFrames
    guard isFramed else {
      log = rest.height >= Self.rowsForLogLine ? rest.cutBottom(rows: 1) : nil
      deadLetters = rest
      return
    }
    guard rest.height >= Self.rowsForLog else {
      deadLetters = rest
      return
    }
    let items = (max(needs.deadLetters, 1) + Self.tableStep - 1) / Self.tableStep * Self.tableStep
    let most = max(rest.height * 2 / 3, Self.leastTable)
    deadLetters = rest.cutTop(
      rows: min(items + Self.framedOverhead, most, rest.height - Self.leastLog)
    )
    log = rest
  }

  /// Where a view that lies over the dashboard is drawn.
  package var view: Rect {
    Rect(x: 0, y: header.endY, width: header.width, height: footer.y - header.endY)
  }

  /// The rows of dead letters that are shown.
  package var tableRows: Int {
    max(deadLetters.height - (isFramed ? Self.framedOverhead : Self.bareOverhead), 0)
  }

  /// The lines of the log that are shown.
  package var logRows: Int { max((log?.height ?? 0) - (isFramed ? 2 : 0), 0) }

  private static func status(in rest: inout Rect, size: Size) -> Status {
    let isWide = size.columns >= columnsForBoxes
    let heights = isWide ? boxHeights : stackedHeights
    if let height = heights.first(where: { size.rows >= $0.rows })?.height {
      return isWide
        ? boxes(in: rest.cutTop(rows: height))
        : .boxes(
          server: rest.cutTop(rows: height),
          queue: rest.cutTop(rows: height),
          lock: rest.cutTop(rows: height)
        )
    }
    return .lines(rest.cutTop(rows: size.rows >= rowsForFrames ? 3 : 1))
  }

  /// Three boxes side by side that fill the row; columns that cannot be shared go to the first ones.
  private static func boxes(in row: Rect) -> Status {
    let (first, second) = ((row.width + 2) / 3, (row.width + 1) / 3)
    return .boxes(
      server: Rect(x: row.x, y: row.y, width: first, height: row.height),
      queue: Rect(x: row.x + first, y: row.y, width: second, height: row.height),
      lock: Rect(
        x: row.x + first + second,
        y: row.y,
        width: row.width - first - second,
        height: row.height
      )
    )
  }
}

extension Rect {
  /// Takes rows off the top.
  fileprivate mutating func cutTop(rows: Int) -> Rect {
    let cut = Rect(x: x, y: y, width: width, height: min(rows, height))
    y += cut.height
    height -= cut.height
    return cut
  }

  /// Takes rows off the bottom.
  fileprivate mutating func cutBottom(rows: Int) -> Rect {
    let cut = min(rows, height)
    height -= cut
    return Rect(x: x, y: y + height, width: width, height: cut)
  }
}
