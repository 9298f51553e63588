package import Dashboard

/// What the person wants of the terminal, from the configuration.
package struct ScreenWish: Hashable, Sendable {
  /// Of which glyphs frames and bars are made.
  package enum Borders: Sendable {
    /// As the locale can show them.
    case auto
    /// Those of Unicode, whatever the locale says of the terminal.
    case unicode
    case ascii
  }

  package var appearance: Appearance
  package var borders: Borders
  /// Whether the terminal draws characters of ambiguous width (East Asian Width A) in two columns.
  package var isAmbiguousWide: Bool
  /// Whether clicks and the wheel are ours from the start.
  package var hasMouse: Bool

  package init(
    appearance: Appearance = .auto,
    borders: Borders = .auto,
    isAmbiguousWide: Bool = false,
    hasMouse: Bool = false
  ) {
    self.appearance = appearance
    self.borders = borders
    self.isAmbiguousWide = isAmbiguousWide
    self.hasMouse = hasMouse
  }
}
