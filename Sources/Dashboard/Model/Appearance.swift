/// How the person wants the screen to look.
package enum Appearance: Hashable, Sendable {
  /// As many colours as the terminal has, on the background that it tells of.
  case auto
  case dark
  case light
  /// As far from the background as colours get, and nothing quiet.
  case contrast
  /// No colours at all.
  case mono
  /// Colours of the person's own.
  case user(UserTheme)

  /// Those that need no table in the configuration.
  package static let builtIn: [Appearance] = [.auto, .dark, .light, .contrast, .mono]

  /// Its name in the configuration.
  package var name: String {
    switch self {
    case .auto: "auto"
    case .dark: "dark"
    case .light: "light"
    case .contrast: "contrast"
    case .mono: "mono"
    case .user(let theme): theme.name
    }
  }

  /// The one of a name; `nil` where neither the program nor the configuration has it.
  package init?(named name: String, among themes: [UserTheme]) {
    let all = Self.builtIn + themes.map(Appearance.user)
    guard let found = all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// The background that was asked for, if one was.
  package var background: Theme.Background? {
    switch self {
    case .auto, .contrast, .mono: nil
    case .dark: .dark
    case .light: .light
    case .user(let theme): theme.background
    }
  }

  /// Whether its colours depend on the background that the terminal tells of.
  package var followsTerminal: Bool {
    switch self {
    case .auto, .contrast: true
    case .dark, .light, .mono: false
    case .user(let theme): theme.background == nil
    }
  }

  /// The next one in the circle that the theme's key goes round.
  func next(among themes: [UserTheme]) -> Appearance {
    let all = Self.builtIn + themes.map(Appearance.user)
    let place = all.firstIndex(of: self) ?? -1
    return all[(place + 1) % all.count]
  }
}
