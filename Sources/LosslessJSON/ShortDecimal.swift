/// A number of at most 18 digits without an exponent: what clocks and counters write.
///
/// It becomes the nearest `Double` by one division, without a string or a locale: `strtod` costs
/// more than all else that is done for an item, and times have 17 digits.
struct ShortDecimal {
  private let isNegative: Bool
  private var digits: UInt64 = 0
  private var fractionDigits = 0

  /// Takes `-`, digits and one point apart; `nil` for any other number.
  init?(_ text: UnsafeRawBufferPointer) {
    guard let first = text.first else { return nil }
    isNegative = first == UInt8(ascii: "-")
    let start = isNegative ? 1 : 0
    guard text.count &- start <= 20 else { return nil }
    var pointIndex: Int?
    for index in start..<text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      if digit < 10 {
        guard digits < UInt64.max / 100 else { return nil }
        digits = digits &* 10 &+ UInt64(digit)
      } else {
        guard text[index] == UInt8(ascii: "."), pointIndex == nil else { return nil }
        pointIndex = index
      }
    }
    if let pointIndex { fractionDigits = text.count &- pointIndex &- 1 }
  }

  /// The nearest `Double`, ties to even.
  var double: Double {
    isNegative ? -magnitude : magnitude
  }

  /// `digits / 10^fractionDigits`, rounded once.
  ///
  /// Both are shifted up so that the quotient of the long division has at least 62 bits. That is
  /// more than a `Double` holds, so its last bit may stand for a remainder of any size.
  private var magnitude: Double {
    guard fractionDigits > 0, digits > 0 else { return Double(digits) }
    let divisor = Self.powersOfTen[fractionDigits]
    let (divisorShift, digitsShift) = (divisor.leadingZeroBitCount, digits.leadingZeroBitCount)
    let (quotient, remainder) = (divisor << UInt64(divisorShift)).dividingFullWidth(
      ((digits << UInt64(digitsShift)) >> 1, 0)
    )
    let sticky: UInt64 = remainder == 0 ? 0 : 1
    let scale = Double(bitPattern: UInt64(1023 + divisorShift - digitsShift - 63) << 52)
    return scale * Double(quotient | sticky)
  }

  private static let powersOfTen: [UInt64] = (0..<20).map { exponent in
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}
