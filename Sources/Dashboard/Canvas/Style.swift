/// What a piece of text means; the theme decides how that looks.
package enum Role: UInt8, CaseIterable, Sendable {
  case text, dim, title, heading, border, focusedBorder, key, accent
  case ok, warning, critical, unknown
  case barFill, barTrack, sparkline
  /// The banner of a verdict that wants attention, filled.
  case bannerWarning, bannerCritical
}

/// How a cell is drawn: its role and two ways to set it off that work without colour.
package struct Style: Hashable, Sendable {
  package var role: Role
  package var isSelected: Bool
  package var isBold: Bool

  package init(_ role: Role = .text, selected: Bool = false, bold: Bool = false) {
    self.role = role
    isSelected = selected
    isBold = bold
  }
}

extension Style {
  private static let selectedBit: UInt32 = 1 << 8
  private static let boldBit: UInt32 = 1 << 9

  /// All of it, as a cell keeps it.
  var bits: UInt32 {
    UInt32(role.rawValue) | (isSelected ? Self.selectedBit : 0) | (isBold ? Self.boldBit : 0)
  }

  init(bits: UInt32) {
    self.init(
      Role(rawValue: UInt8(truncatingIfNeeded: bits)) ?? .text,
      selected: bits & Self.selectedBit != 0,
      bold: bits & Self.boldBit != 0
    )
  }
}

/// A piece of text in one style.
package struct Span: Hashable, Sendable {
  package var text: String
  package var style: Style

  package init(_ text: String, _ role: Role = .text, bold: Bool = false) {
    self.text = text
    style = Style(role, bold: bold)
  }

  /// How many columns it takes.
  package var width: Int { CellWidth.of(text) }
}

/// A line of spans, some at the left edge and some at the right one.
///
/// Where both do not fit, the right ones go first: what matters most stands at the left.
package struct Line: Hashable, Sendable {
  package var left: [Span]
  package var right: [Span]

  package init(_ left: [Span], right: [Span] = []) {
    self.left = left
    self.right = right
  }

  package init(_ text: String, _ role: Role = .text, bold: Bool = false) {
    self.init([Span(text, role, bold: bold)])
  }

  package static let empty = Line([])

  /// The columns that it needs to be shown whole.
  package var width: Int {
    let leftWidth = left.reduce(0) { $0 + $1.width }
    let rightWidth = right.reduce(0) { $0 + $1.width }
    return leftWidth + rightWidth + (left.isEmpty || right.isEmpty ? 0 : Self.gap)
  }

  /// Blanks that part the left spans from the right ones at least.
  static let gap = 2

  /// The first of several ways to say the same that fits; the last one where none does.
  static func fitting(_ columns: Int, _ variants: [Line]) -> Line {
    variants.first { $0.width <= columns } ?? variants.last ?? .empty
  }
}
