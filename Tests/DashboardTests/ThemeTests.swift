import Dashboard
import Testing

/// Every style can be told from plain text wherever it says something.
struct ThemeTests {
  @Test(arguments: Theme.Depth.allCases, Theme.Background.allCases)
  func coloursStayWithinThePalette(_ depth: Theme.Depth, _ background: Theme.Background) {
    let theme = Theme(depth: depth, background: background)
    let most: UInt8 =
      switch depth {
      case .mono: 0
      case .eight: 7
      case .sixteen: 15
      case .palette256: 255
      }
    for role in Role.allCases {
      for style in [Style(role), Style(role, selected: true), Style(role, bold: true)] {
        let attributes = theme.attributes(for: style)
        #expect(attributes.foreground ?? 0 <= most)
        #expect(attributes.background ?? 0 <= most)
        if depth == .mono {
          #expect(attributes.foreground == nil && attributes.background == nil)
        }
      }
    }
  }

  /// The dark blue of the first eight cannot be read on black, nor can cyan on white.
  @Test(arguments: [Role.title, .key, .barFill, .accent])
  func theEightColoursAreReadOnTheirBackground(_ role: Role) {
    let blue: UInt8 = 4
    let cyan: UInt8 = 6
    let dark = Theme(depth: .eight).attributes(for: Style(role))
    let light = Theme(depth: .eight, background: .light).attributes(for: Style(role))
    #expect(dark.foreground == cyan && light.foreground == blue)
  }

  @Test func theWorstBannerIsBrightOnRed() {
    let style = Style(.bannerCritical)
    #expect(Theme(depth: .sixteen).attributes(for: style).foreground == 15)
    #expect(Theme(depth: .eight).attributes(for: style).isBold)
  }

  @Test(arguments: Theme.Depth.allCases, Theme.Background.allCases)
  func bannersAndSelectionsStandOut(_ depth: Theme.Depth, _ background: Theme.Background) {
    let theme = Theme(depth: depth, background: background)
    let plain = theme.attributes(for: Style())
    for role in [Role.bannerOK, .bannerWarning, .bannerCritical, .critical, .warning, .dim, .key] {
      #expect(theme.attributes(for: Style(role)) != plain)
    }
    let selected = theme.attributes(for: Style(.text, selected: true))
    #expect(selected.isReverse || selected.background != nil)
    #expect(theme.attributes(for: Style(.text, bold: true)).isBold)
  }

  /// What each role is without colours; every golden screen in mono follows from it.
  @Test func withoutColoursARoleIsWeightBrightnessOrALine() {
    let theme = Theme(depth: .mono)
    let looks = Role.allCases.map { role in
      let look = theme.attributes(for: Style(role))
      let marks = [
        (look.isBold, "bold"), (look.isDim, "dim"), (look.isReverse, "reverse"),
        (look.isUnderlined, "underlined"),
      ]
      return "\(role): " + marks.filter(\.0).map(\.1).joined(separator: " ")
    }
    #expect(looks.sorted() == Self.mono)
  }

  private static let mono = [
    "accent: bold", "bannerCritical: reverse", "bannerOK: reverse", "bannerWarning: reverse",
    "barFill: ", "barTrack: dim", "border: dim", "critical: bold", "dim: dim",
    "focusedBorder: bold", "heading: bold", "key: bold", "ok: ", "sparkline: ", "text: ",
    "title: bold", "unknown: underlined", "warning: underlined",
  ]
}
