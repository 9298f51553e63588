/// One of xterm's 256 colours as red, green and blue, 0 to 255 each.
///
/// The first sixteen look as each terminal pleases: here they are what xterm makes of them.
package struct PaletteColor: Hashable, Sendable {
  /// What small text needs to be read (WCAG 2, level AA).
  package static let leastContrast = 4.5

  private static let basic: [UInt32] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F,
    0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ]
  private static let cubeLevels: [UInt32] = [0, 95, 135, 175, 215, 255]

  /// Red, green and blue in one number, as terminals with direct colours take it.
  package let rgb: UInt32

  package init(_ number: UInt8) {
    let number = Int(number)
    switch number {
    case ..<16: rgb = Self.basic[number]
    case 16..<232:
      let place = number - 16
      let levels = [place / 36, place / 6 % 6, place % 6].map { Self.cubeLevels[$0] }
      rgb = levels[0] << 16 | levels[1] << 8 | levels[2]
    default:
      let level = UInt32(8 + 10 * (number - 232))
      rgb = level << 16 | level << 8 | level
    }
  }

  /// The contrast ratio of WCAG 2, from 1 to 21.
  package func contrast(to other: PaletteColor) -> Double {
    let (first, second) = (luminance, other.luminance)
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  private var luminance: Double {
    let weights = [0.2126, 0.7152, 0.0722]
    let parts = [rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF].map { Self.linear[Int($0)] }
    return zip(parts, weights).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The light of each level of sRGB (IEC 61966-2-1).
  private static let linear: [Double] = (0...255).map { level in
    let share = Double(level) / 255
    guard share > 0.04045 else { return share / 12.92 }
    // To the power of 2.4: the square, and the square of the fifth root, found as Newton did.
    let base = (share + 0.055) / 1.055
    var root = 1.0
    for _ in 0..<40 { root -= (root - base / (root * root * root * root)) / 5 }
    return base * base * root * root
  }
}
