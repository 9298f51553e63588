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
  }

  package var depth: Depth
  package var background: Background

  package init(depth: Depth, background: Background = .dark) {
    self.depth = depth
    self.background = background
  }

  /// How a style is drawn.
  package func attributes(for style: Style) -> Attributes {
    var attributes = depth == .mono ? mono(style.role) : coloured(style.role)
    if style.isBold { attributes.isBold = true }
    if style.isSelected { select(&attributes) }
    return attributes
  }

  /// A colour in each palette: dark and light of 256, and one of the first eight.
  private struct Hue {
    let dark: UInt8
    let light: UInt8
    let basic: UInt8
  }

  private static let red = Hue(dark: 203, light: 160, basic: 1)
  private static let green = Hue(dark: 114, light: 28, basic: 2)
  private static let amber = Hue(dark: 221, light: 130, basic: 3)
  private static let blue = Hue(dark: 75, light: 26, basic: 4)
  private static let violet = Hue(dark: 176, light: 91, basic: 5)
  private static let cyan = Hue(dark: 80, light: 30, basic: 6)
  private static let grey = Hue(dark: 245, light: 242, basic: 7)
  private static let faint = Hue(dark: 240, light: 250, basic: 7)
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
    case .critical: plain(Self.red, bold: depth == .eight)
    case .bannerOK: filled(Hue(dark: 22, light: 157, basic: 2))
    case .bannerWarning: filled(Hue(dark: 94, light: 222, basic: 3))
    case .bannerCritical: filled(Hue(dark: 88, light: 217, basic: 1))
    }
  }

  /// Whether the bright ones of the basic colours would have to be read on white.
  private var isPoorOnWhite: Bool { background == .light && depth != .palette256 }

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
    case .sixteen: attributes.foreground = Self.bright + Self.black
    case .eight, .mono: attributes.isDim = !bold
    }
    return attributes
  }

  private func filled(_ hue: Hue) -> Attributes {
    var attributes = Attributes()
    if depth == .palette256 {
      attributes.background = background == .dark ? hue.dark : hue.light
      attributes.foreground = background == .dark ? 231 : 16
    } else {
      let isRed = hue.basic == Self.red.basic
      attributes.background = hue.basic
      attributes.foreground = isRed ? brightWhite : Self.black
      // Where there is no bright white, most terminals make a bold one of it.
      attributes.isBold = isRed && depth == .eight
    }
    return attributes
  }

  private var brightWhite: UInt8 { depth == .sixteen ? Self.white + Self.bright : Self.white }

  private func number(of hue: Hue) -> UInt8 {
    switch depth {
    case .palette256: background == .dark ? hue.dark : hue.light
    case .sixteen: background == .dark ? hue.basic + Self.bright : hue.basic
    case .eight, .mono: hue.basic
    }
  }

  private func mono(_ role: Role, bold: Bool = false) -> Attributes {
    var attributes = Attributes()
    attributes.isBold = bold
    switch role {
    case .title, .heading, .key, .critical, .focusedBorder, .accent: attributes.isBold = true
    case .dim, .border, .barTrack: attributes.isDim = true
    case .warning, .unknown: attributes.isUnderlined = true
    case .bannerOK, .bannerWarning, .bannerCritical: attributes.isReverse = true
    case .text, .ok, .barFill, .sparkline: break
    }
    return attributes
  }

  private func select(_ attributes: inout Attributes) {
    guard depth == .palette256 else {
      // A bar of one piece: a colour in it would be a patch of that colour.
      attributes.foreground = nil
      attributes.isReverse = true
      attributes.isDim = false
      return
    }
    attributes.background = background == .dark ? 237 : 253
    // The terminal's own colour may be the one for another background than the person has told.
    let plain = background == .dark ? Self.white + Self.bright : Self.black
    attributes.foreground = attributes.foreground ?? plain
  }
}
