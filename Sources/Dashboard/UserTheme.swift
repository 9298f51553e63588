/// Colours that a person has made: looks for some roles, the others are those of a built-in theme.
package struct UserTheme: Hashable, Sendable {
  /// Its name in the configuration, `[themes.NAME]`.
  package let name: String
  /// The background that it is for; `nil` for whatever the terminal has.
  package let background: Theme.Background?
  package let looks: [Role: Attributes]

  /// Makes a theme.
  package init(name: String, background: Theme.Background?, looks: [Role: Attributes]) {
    (self.name, self.background, self.looks) = (name, background, looks)
  }

  /// The roles whose colours are hard to read on the background that the theme is for, with the contrast that
  /// they have; of the sixteen basic colours nobody knows how they look.
  package var weakRoles: [(role: Role, contrast: Double)] {
    Role.allCases.compactMap { role in
      guard let look = looks[role], let foreground = look.foreground, foreground >= 16,
        look.background ?? 16 >= 16
      else { return nil }
      let grounds = look.background.map { [$0] } ?? grounds
      let contrast =
        grounds.map { PaletteColor(foreground).contrast(to: PaletteColor($0)) }.max() ?? 1
      return contrast < PaletteColor.leastContrast ? (role, contrast) : nil
    }
  }

  private var grounds: [UInt8] {
    switch background {
    case .dark: [16]
    case .light: [231]
    case .unknown, nil: [16, 231]
    }
  }
}

extension Role {
  /// Its name in the table of a theme.
  package var name: String {
    "\(self)".reduce(into: "") { name, character in
      name += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
  }
}

extension Attributes {
  private static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
  ]

  /// Reads how a theme says that a role looks: `75`, `bold #5fafff`, `underline white on 88`; `nil` where it
  /// is no such text.
  package init?(look text: String) {
    self.init()
    var words = text.split(separator: " ")[...]
    while let word = words.first, set(word) { words.removeFirst() }
    if let word = words.first, word != "on" {
      guard let color = Self.color(word) else { return nil }
      foreground = color
      words.removeFirst()
    }
    if words.first == "on" {
      guard words.count == 2, let color = words.last.flatMap(Self.color) else { return nil }
      background = color
      words = []
    }
    guard words.isEmpty, self != Attributes() else { return nil }
  }

  private mutating func set(_ word: Substring) -> Bool {
    switch word {
    case "bold": isBold = true
    case "dim": isDim = true
    case "underline": isUnderlined = true
    case "reverse": isReverse = true
    default: return false
    }
    return true
  }

  /// A number of the 256 colours, a name of the first sixteen, or the nearest to `#rrggbb`.
  private static func color(_ word: Substring) -> UInt8? {
    if let number = UInt8(word) { return number }
    if let place = names.firstIndex(where: { $0 == word }) { return UInt8(place) }
    if word.hasPrefix("bright-"), let place = names.firstIndex(where: { $0 == word.dropFirst(7) }) {
      return UInt8(place + 8)
    }
    guard word.first == "#", word.count == 7, let rgb = UInt32(word.dropFirst(), radix: 16) else {
      return nil
    }
    return (16...255).map { UInt8($0) }.min {
      PaletteColor($0).distance(to: rgb) < PaletteColor($1).distance(to: rgb)
    }
  }
}

extension PaletteColor {
  /// How far it is from another colour, squared.
  fileprivate func distance(to other: UInt32) -> Int {
    [16, 8, 0].reduce(0) { sum, shift in
      let difference = Int(rgb >> shift & 0xFF) - Int(other >> shift & 0xFF)
      return sum + difference * difference
    }
  }
}
