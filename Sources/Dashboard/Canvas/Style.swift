/// What a piece of text means; the theme decides how that looks.
package enum Role: UInt8, CaseIterable, Sendable {
  case text, dim, title, heading, border, focusedBorder, key, accent
  case ok, warning, critical, unknown
  case barFill, barTrack, sparkline
  /// The banner of the verdict, filled.
  case bannerOK, bannerWarning, bannerCritical
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
