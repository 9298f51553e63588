/// How the person wants the screen to look.
package enum Appearance: String, CaseIterable, Sendable {
  /// As many colours as the terminal has, on the background that it tells of.
  case auto
  case dark
  case light
  /// As far from the background as colours get, and nothing quiet.
  case contrast
  /// No colours at all.
  case mono

  /// The background that was asked for, if one was.
  package var background: Theme.Background? {
    switch self {
    case .auto, .contrast, .mono: nil
    case .dark: .dark
    case .light: .light
    }
  }

  /// Whether its colours depend on the background that the terminal tells of.
  package var followsTerminal: Bool { self == .auto || self == .contrast }

  /// The next one in the circle that the theme's key goes round.
  var next: Appearance {
    switch self {
    case .auto: .dark
    case .dark: .light
    case .light: .contrast
    case .contrast: .mono
    case .mono: .auto
    }
  }
}
