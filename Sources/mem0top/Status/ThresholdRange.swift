internal import QueueEngine

/// A range of values as monitoring plugins write it: `[@]start:end`.
///
/// A value outside of it alerts, with `@` one inside; the ends belong to it. Without `start:` it begins at
/// 0, `~` is minus infinity, and without an end it has none: `10`, `10:`, `~:10`, `10:20`, `@10:20`.
struct ThresholdRange: Hashable, Sendable {
  /// The range as it was written, in plain numbers.
  let text: String
  private let start: Double
  private let end: Double
  private let alertsInside: Bool

  /// Reads a range, or is `nil` where the text is none.
  ///
  /// With `takesDurations` an end may also be like `10m`, which is taken in seconds.
  init?(_ text: String, takesDurations: Bool = false) {
    alertsInside = text.hasPrefix("@")
    let parts = (alertsInside ? text.dropFirst() : text[...])
      .split(separator: ":", omittingEmptySubsequences: false)
    let number: (Substring) -> Double? = { part in
      Self.number(part)
        ?? (takesDurations ? DurationSetting.parse(String(part))?.seconds : nil)
    }
    switch parts.count {
    case 1:
      guard let end = number(parts[0]) else { return nil }
      (start, self.end) = (0, end)
    case 2:
      guard let start = parts[0] == "~" ? -.infinity : number(parts[0]),
        let end = parts[1].isEmpty ? .infinity : number(parts[1])
      else { return nil }
      (self.start, self.end) = (start, end)
    default: return nil
    }
    guard start <= end else { return nil }
    let first =
      start == -.infinity ? "~:" : start == 0 && parts.count == 1 ? "" : "\(Self.text(start)):"
    self.text = (alertsInside ? "@" : "") + first + (end == .infinity ? "" : Self.text(end))
  }

  /// The range that alerts above a number.
  init(above limit: Int) {
    (text, start, end, alertsInside) = ("\(limit)", 0, Double(limit), false)
  }

  /// The number above which it alerts, where it has no other rule.
  var upperLimit: Double? { !alertsInside && start == 0 && end.isFinite ? end : nil }

  func alerts(on value: Double) -> Bool { (start...end).contains(value) == alertsInside }

  /// What a value that alerts is, in words.
  var complaint: String {
    if let upperLimit { return "more than \(Self.text(upperLimit))" }
    return (alertsInside ? "inside " : "outside ") + text
  }

  /// A number in plain decimals; words like `inf` or `0x10` are none.
  private static func number(_ text: Substring) -> Double? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text
    guard let first = digits.first, first.isASCII, first.isNumber,
      digits.allSatisfy({ $0 == "." || ($0.isASCII && $0.isNumber) })
    else { return nil }
    return Double(text)
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}
