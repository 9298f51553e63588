internal import Dashboard

/// What the mouse did, as the encoding tells it that we ask for (SGR, `CSI < button ; column ; row M`).
enum MouseReport {
  private static let wheel = 64
  private static let motion = 32
  /// Shift, Meta and Ctrl: what they mean is the terminal's business.
  private static let modifiers = 4 | 8 | 16

  /// Reads the parameters; `nil` for a button that was let go, a motion, or another button.
  static func event(_ parameters: ArraySlice<UInt8>, final: UInt8) -> MouseEvent? {
    guard parameters.first == UInt8(ascii: "<"), final == UInt8(ascii: "M"),
      let fields = ParameterFields(parameters.dropFirst()), fields.count == 3,
      let button = fields[0], let column = fields[1], let row = fields[2], column > 0, row > 0,
      button & modifiers == 0, button & motion == 0
    else { return nil }
    let place = Point(x: column - 1, y: row - 1)
    switch button {
    case 0: return .click(place)
    case wheel: return .wheel(up: true, place)
    case wheel + 1: return .wheel(up: false, place)
    default: return nil
    }
  }
}
