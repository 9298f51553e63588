internal import CNcurses
internal import Dashboard

/// The theme in terms of curses: attributes and a colour pair for each style.
@MainActor
struct Palette {
  struct Look {
    var attributes: attr_t = 0
    var pair: Int16 = 0
  }

  /// The two colours of a pair, by their numbers; -1 is the terminal's own.
  private struct Colors: Equatable {
    let foreground: Int32
    let background: Int32
  }

  private var looks: [Look]

  /// Makes the looks for the colours that this terminal has; curses has to be open.
  ///
  /// - Parameters:
  ///   - appearance: What the person wants.
  ///   - answer: What the terminal has told of its background.
  init(appearance: Appearance, answer: Theme.Background?) {
    let theme = Theme(
      depth: appearance == .mono ? .mono : Self.depth(),
      background: appearance.background ?? answer ?? Environment.background
        ?? (TerminalModes.isLikeXterm ? .unknown : .dark),
      isHighContrast: appearance == .contrast,
      looks: appearance.looks
    )
    var pairs: [Colors] = []
    looks = Array(repeating: Look(), count: Role.allCases.count * 4)
    for role in Role.allCases {
      for isSelected in [false, true] {
        for isBold in [false, true] {
          let style = Style(role, selected: isSelected, bold: isBold)
          looks[Self.index(of: style)] = Self.look(of: style, theme, &pairs)
        }
      }
    }
  }

  /// Whether the terminal has to be asked for its background, and can be.
  static func needsBackground(for appearance: Appearance) -> Bool {
    appearance.followsTerminal && depth() != .mono && TerminalModes.isLikeXterm
  }

  func look(of style: Style) -> Look { looks[Self.index(of: style)] }

  private static func index(of style: Style) -> Int {
    Int(style.role.rawValue) * 4 + (style.isSelected ? 2 : 0) + (style.isBold ? 1 : 0)
  }

  private static func look(
    of style: Style,
    _ theme: Theme,
    _ pairs: inout [Colors]
  ) -> Look {
    let wanted = theme.attributes(for: style)
    var look = Look()
    if wanted.isBold { look.attributes |= cn_bold() }
    if wanted.isDim { look.attributes |= cn_dim() }
    if wanted.isReverse { look.attributes |= cn_reverse() }
    if wanted.isUnderlined { look.attributes |= cn_underline() }
    // Plain text has a pair too: without one, curses resets all attributes to get back to it.
    let colors = Colors(
      foreground: wanted.foreground.map(number(of:)) ?? -1,
      background: wanted.background.map(number(of:)) ?? -1
    )
    guard theme.depth != .mono else { return look }
    // Pair 0 is the terminal's own and cannot be changed.
    if let index = pairs.firstIndex(of: colors) {
      look.pair = Int16(index + 1)
    } else {
      pairs.append(colors)
      look.pair = Int16(pairs.count)
      cn_make_pair(Int32(look.pair), colors.foreground, colors.background)
    }
    return look
  }

  /// A colour as this terminal numbers it: where it takes red, green and blue, the first eight only are
  /// those of the palette.
  private static func number(of color: UInt8) -> Int32 {
    guard cn_colors() > 256, color >= 8 else { return Int32(color) }
    return Int32(PaletteColor(color).rgb)
  }

  /// The colours of the terminal, none where the person wants none (no-color.org).
  private static func depth() -> Theme.Depth {
    guard Environment.value(of: "NO_COLOR") == nil else { return .mono }
    guard has_colors(), start_color() == OK, use_default_colors() == OK else { return .mono }
    switch cn_colors() {
    case 256...: return .palette256
    case 16...: return .sixteen
    case 8...: return .eight
    default: return .mono
    }
  }
}

extension Appearance {
  /// The looks that the person has given to roles.
  fileprivate var looks: [Role: Attributes] {
    if case .user(let theme) = self { theme.looks } else { [:] }
  }
}
