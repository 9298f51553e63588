/// A duration as people write it in a setting: `250ms`, `10s`, `5m`, `1h`, `2d`, `1h30m`.
enum DurationSetting {
  private static let units: [(name: String, milliseconds: Int)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("ms", 1), ("m", 60_000), ("s", 1000),
  ]

  /// The duration, or `nil` where the text is none; a bare number has no unit and is none.
  static func parse(_ text: String) -> Duration? {
    var milliseconds = 0
    var rest = text[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let number = Int(digits), let unit = units.first(where: { rest.hasPrefix($0.name) })
      else { return nil }
      let (product, productOverflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
      let (sum, sumOverflow) = milliseconds.addingReportingOverflow(product)
      guard !productOverflow, !sumOverflow else { return nil }
      milliseconds = sum
      rest = rest.dropFirst(unit.name.count)
    }
    return text.isEmpty ? nil : .milliseconds(milliseconds)
  }

  /// The duration in its largest units, as `parse` reads it.
  static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    var text = ""
    for (name, milliseconds) in units.filter({ $0.name != "ms" }) where rest >= milliseconds {
      text += "\(rest / milliseconds)\(name)"
      rest %= milliseconds
    }
    if rest > 0 { text += "\(rest)ms" }
    return text.isEmpty ? "0s" : text
  }
}
