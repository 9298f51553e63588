internal import Dashboard

/// How the person wants the screen to look.
package enum Appearance: Sendable {
  /// As many colours as the terminal has, on the background that it tells of.
  case auto
  case dark
  case light
  /// No colours at all.
  case mono

  /// The background that was asked for, if one was.
  var background: Theme.Background? {
    switch self {
    case .auto, .mono: nil
    case .dark: .dark
    case .light: .light
    }
  }
}
