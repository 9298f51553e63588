/// How a terminal draws a style: colours by their number, `nil` for the terminal's own.
package struct Attributes: Hashable, Sendable {
  package var foreground: UInt8?
  package var background: UInt8?
  package var isBold = false
  package var isDim = false
  package var isReverse = false
  package var isUnderlined = false

  package init() {}
}

/// Turns what a text means into how it looks, for what a terminal can show.
///
/// Colour only repeats what marks and words say already, so that mono loses nothing.
package struct Theme: Hashable, Sendable {
  /// How many colours there are.
  package enum Depth: Sendable, CaseIterable {
    case mono, eight, sixteen, palette256
  }

  /// What the terminal's own background is.
  package enum Background: Sendable, CaseIterable {
    case dark, light
    /// Not known yet, or never: colours are those that can be read on both.
    case unknown
  }

  package var depth: Depth
  package var background: Background
  /// Whether everything is as far from its background as it can be, and nothing is quiet.
  package var isHighContrast: Bool
  /// The looks that the person has given to roles.
  package var looks: [Role: Attributes]

  package init(
    depth: Depth,
    background: Background = .dark,
    isHighContrast: Bool = false,
    looks: [Role: Attributes] = [:]
  ) {
    self.depth = depth
    self.background = background
    self.isHighContrast = isHighContrast
    self.looks = looks
  }

  /// How a style is drawn.
  package func attributes(for style: Style) -> Attributes {
    var attributes = isColourless ? mono(style.role) : own(style.role) ?? coloured(style.role)
    if style.isBold { attributes.isBold = true }
    if style.isSelected { select(&attributes) }
    return attributes
  }

  /// The person's own look of a role, where the terminal has its colours.
  private func own(_ role: Role) -> Attributes? {
    guard let look = looks[role] else { return nil }
    let most: UInt8 = depth == .palette256 ? 255 : depth == .sixteen ? 15 : 7
    return max(look.foreground ?? 0, look.background ?? 0) <= most ? look : nil
  }

  /// Whether no colour of ours is sure to be read: the basic ones look as the terminal pleases.
  private var isColourless: Bool {
    depth == .mono || isHighContrast && (depth != .palette256 || background == .unknown)
  }

  /// A colour in each palette: four of 256, of which the strong ones are those of high contrast, and
  /// one of the first eight.
  ///
  /// On black or white, every one has a contrast of 4.5 at least, a strong one of 7 (WCAG); `either` has
  /// 4.5 on both, and is `nil` where no colour of that kind has.
  private struct Hue {
    let dark: UInt8
    let light: UInt8
    let either: UInt8?
    let strongDark: UInt8
    let strongLight: UInt8
    let basic: UInt8
  }

  private static let red = Hue(
    dark: 203,
    light: 160,
    either: 131,
    strongDark: 217,
    strongLight: 88,
    basic: 1
  )
  private static let green = Hue(
    dark: 114,
    light: 28,
    either: 29,
    strongDark: 157,
    strongLight: 22,
    basic: 2
  )
  private static let amber = Hue(
    dark: 221,
    light: 94,
    either: nil,
    strongDark: 228,
    strongLight: 52,
    basic: 3
  )
  private static let blue = Hue(
    dark: 75,
    light: 26,
    either: 63,
    strongDark: 153,
    strongLight: 18,
    basic: 4
  )
  private static let violet = Hue(
    dark: 176,
    light: 91,
    either: 98,
    strongDark: 219,
    strongLight: 54,
    basic: 5
  )
  private static let cyan = Hue(
    dark: 80,
    light: 24,
    either: 63,
    strongDark: 159,
    strongLight: 23,
    basic: 6
  )
  private static let grey = Hue(
    dark: 246,
    light: 241,
    either: 243,
    strongDark: 254,
    strongLight: 235,
    basic: 7
  )
  private static let faint = Hue(
    dark: 243,
    light: 243,
    either: 243,
    strongDark: 250,
    strongLight: 238,
    basic: 7
  )
  private static let white: UInt8 = 7
  private static let black: UInt8 = 0
  /// What makes one of the first eight colours bright where there are sixteen.
  private static let bright: UInt8 = 8

  private func coloured(_ role: Role) -> Attributes {
    switch role {
    case .text: Attributes()
    case .title: plain(bluish, bold: true)
    case .heading: quiet(Self.grey, bold: true)
    case .dim: quiet(Self.grey)
    case .border, .barTrack: quiet(Self.faint)
    case .focusedBorder, .accent, .sparkline: plain(bluish)
    case .key: plain(keyHue, bold: true)
    case .unknown: plain(Self.violet)
    case .barFill: plain(keyHue)
    case .ok: plain(Self.green)
    case .warning: isPoorOnWhite ? mono(role, bold: true) : plain(Self.amber)
    case .critical: plain(Self.red, bold: depth == .eight || background == .unknown)
    case .bannerWarning: filled(dark: 94, light: 222, basic: 3)
    case .bannerCritical: filled(dark: 88, light: 217, basic: 1)
    }
  }

  /// Whether the bright ones of the basic colours may have to be read on white, or there is no colour.
  private var isPoorOnWhite: Bool {
    background == .unknown || background == .light && depth != .palette256
  }

  private var bluish: Hue { isPoorOnWhite ? Self.blue : Self.cyan }

  /// Blue, but where the only blue is the dark one of the first eight on a dark background.
  private var keyHue: Hue { depth == .eight && background == .dark ? Self.cyan : Self.blue }

  private func plain(_ hue: Hue, bold: Bool = false) -> Attributes {
    var attributes = Attributes()
    attributes.foreground = number(of: hue)
    attributes.isBold = bold
    return attributes
  }

  /// Grey, where there is one; else the terminal's own colour, dimmed.
  private func quiet(_ hue: Hue, bold: Bool = false) -> Attributes {
    var attributes = Attributes()
    attributes.isBold = bold
    switch depth {
    case .palette256: attributes.foreground = number(of: hue)
    case .sixteen where background != .unknown: attributes.foreground = Self.bright + Self.black
    case .sixteen, .eight, .mono: attributes.isDim = !bold
    }
    return attributes
  }

  private func filled(dark: UInt8, light: UInt8, basic: UInt8) -> Attributes {
    var attributes = Attributes()
    if depth == .palette256 {
      attributes.background = background == .light ? light : dark
      attributes.foreground = background == .light ? 16 : 231
    } else {
      let isRed = basic == Self.red.basic
      attributes.background = basic
      attributes.foreground = isRed ? brightWhite : Self.black
      // Where there is no bright white, most terminals make a bold one of it.
      attributes.isBold = isRed && depth == .eight
    }
    return attributes
  }

  private var brightWhite: UInt8 { depth == .sixteen ? Self.white + Self.bright : Self.white }

  /// The number of a colour; `nil` for the terminal's own, where no colour is sure to be read.
  private func number(of hue: Hue) -> UInt8? {
    switch (depth, background) {
    case (.palette256, .dark): isHighContrast ? hue.strongDark : hue.dark
    case (.palette256, .light): isHighContrast ? hue.strongLight : hue.light
    case (.palette256, .unknown): hue.either
    // Of the basic ones, red is told from the rest on both; blue and green are not.
    case (_, .unknown): hue.basic == Self.red.basic ? hue.basic : nil
    case (.sixteen, .dark): hue.basic + Self.bright
    case (.sixteen, .light), (.eight, _), (.mono, _): hue.basic
    }
  }

  private func mono(_ role: Role, bold: Bool = false) -> Attributes {
    var attributes = Attributes()
    attributes.isBold = bold
    switch role {
    case .title, .heading, .key, .critical, .focusedBorder, .accent: attributes.isBold = true
    case .dim, .border, .barTrack: attributes.isDim = true
    case .warning, .unknown: attributes.isUnderlined = true
    case .bannerWarning, .bannerCritical: attributes.isReverse = true
    case .text, .ok, .barFill, .sparkline: break
    }
    return attributes
  }

  private func select(_ attributes: inout Attributes) {
    guard depth == .palette256, background != .unknown, !isHighContrast else {
      // A bar of one piece: a colour in it would be a patch of that colour.
      attributes.foreground = nil
      attributes.background = nil
      attributes.isReverse = true
      attributes.isDim = false
      return
    }
    let bar: UInt8 = background == .dark ? 236 : 254
    // The terminal's own colour may be the one for another background than the person has told.
    let plain = background == .dark ? Self.white + Self.bright : Self.black
    let wanted = attributes.foreground ?? plain
    let isRead = PaletteColor(wanted).contrast(to: PaletteColor(bar)) >= PaletteColor.leastContrast
    attributes.background = bar
    attributes.foreground = isRead ? wanted : plain
  }
}
