/// What a layout needs to know of the state besides the size.
package struct LayoutNeeds: Hashable, Sendable {
  /// Rows that the banner needs to say all; it gets three at most.
  package var bannerRows: Int
  /// How many dead letters there are.
  package var deadLetters: Int
  /// Rows that the footer needs to say all; it gets three at most.
  package var footerRows: Int

  package init(bannerRows: Int = 1, deadLetters: Int = 0, footerRows: Int = 1) {
    self.bannerRows = bannerRows
    self.deadLetters = deadLetters
    self.footerRows = footerRows
  }
}

/// Where each part of the dashboard lies: a pure function of the size and a few needs.
///
/// What goes first when room is short is decided here. Columns first stack the three status boxes,
/// where there are rows enough for that, and else turn them into lines. Rows first lower the boxes,
/// then take the log, then the boxes, then all but one line of status. Header, banner, a row of dead
/// letters and footer are always there. Rows to spare make the boxes higher and then belong to the
/// dead letters and the log. Nothing but the banner, the footer and the number of dead letters moves
/// a boundary, so that figures which change do not make the screen jump.
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
    (rows: 70, height: 13), (rows: 44, height: 9), (rows: 22, height: 7), (rows: 16, height: 5),
  ]
  /// How high each of three stacked boxes is from so many rows on, the most first.
  private static let stackedHeights = [
    (rows: 60, height: 9), (rows: 44, height: 7), (rows: 38, height: 5),
  ]
  private static let rowsForLines = 14
  private static let rowsForLongBanner = 22
  static let mostFooterRows = 3
  /// Frame, heading and two rows.
  private static let leastTable = 5
  /// Frame and three lines.
  private static let leastLog = 5
  private static let rowsForLog = leastTable + leastLog
  /// Frame and heading of the table of dead letters.
  private static let tableOverhead = 3

  package private(set) var header: Rect
  package private(set) var banner: Rect
  package private(set) var status: Status
  package private(set) var deadLetters: Rect
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
    // On a small screen a sentence about what was just done goes before the rest of the verdict.
    let isTight = size.rows < Self.rowsForLines && footerRows > 1
    let mostBannerRows = isTight ? 1 : size.rows >= Self.rowsForLongBanner ? 3 : 2
    banner = rest.cutTop(rows: min(max(needs.bannerRows, 1), mostBannerRows))
    status = Self.status(in: &rest, size: size)
    guard rest.height >= Self.rowsForLog else {
      deadLetters = rest
      return
    }
    let wanted = max(needs.deadLetters + Self.tableOverhead, rest.height / 2)
    let most = max(rest.height * 2 / 3, Self.leastTable)
    deadLetters = rest.cutTop(rows: min(wanted, most, rest.height - Self.leastLog))
    log = rest
  }

  /// Where a view that lies over the dashboard is drawn.
  package var view: Rect {
    Rect(x: 0, y: header.endY, width: header.width, height: footer.y - header.endY)
  }

  /// The rows of dead letters that are shown.
  package var tableRows: Int { max(deadLetters.height - Self.tableOverhead, 0) }

  /// The lines of the log that are shown.
  package var logRows: Int { max((log?.height ?? 0) - 2, 0) }

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
    return .lines(rest.cutTop(rows: size.rows >= rowsForLines ? 3 : 1))
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
