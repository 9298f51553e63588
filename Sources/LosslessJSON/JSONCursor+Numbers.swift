extension JSONCursor {
  /// Reads a number: the standard's grammar, and the three that Python adds.
  mutating func readNumber() throws(JSONError) -> JSONValue {
    let start = offset
    if next == UInt8(ascii: "-") { offset &+= 1 }
    switch next {
    case UInt8(ascii: "I")?: return try readWord("Infinity", as: .number, from: start)
    case UInt8(ascii: "N")? where offset == start: return try readWord("NaN", as: .number)
    case UInt8(ascii: "0")?: offset &+= 1
    default: try readDigits()
    }
    if next == UInt8(ascii: ".") {
      offset &+= 1
      try readDigits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      offset &+= 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset &+= 1 }
      try readDigits()
    }
    return JSONValue(.number, start: start, end: offset)
  }

  @inline(__always)
  private mutating func readDigits() throws(JSONError) {
    let start = offset
    while offset < count, self[offset] &- UInt8(ascii: "0") < 10 { offset &+= 1 }
    if offset == start { throw error(.digit) }
  }

  /// A number as a whole number; `nil` where it has a fraction or does not fit.
  ///
  /// `1.0` and `1e3` are whole, as they are for Python's `==`.
  package func integer(of number: JSONValue) -> Int? {
    guard number.kind == .number else { return nil }
    let text = rawBytes(of: number)
    let isNegative = text.first == UInt8(ascii: "-")
    var result = 0
    for byte in isNegative ? text.dropFirst() : text[...] {
      let digit = Int(byte &- UInt8(ascii: "0"))
      guard digit < 10 else { return wholeDouble(of: number) }
      let (tens, isTooLarge) = result.multipliedReportingOverflow(by: 10)
      let (sum, overflow) =
        isNegative
        ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
      guard !isTooLarge, !overflow else { return nil }
      result = sum
    }
    return result
  }

  /// A number with a point or an exponent as a whole number, as exactly as a `Double` tells.
  private func wholeDouble(of number: JSONValue) -> Int? {
    double(of: number).flatMap(Int.init(exactly:))
  }

  /// A number as the nearest `Double`, infinite where it is too large; `nil` for other types.
  package func double(of number: JSONValue) -> Double? {
    guard number.kind == .number else { return nil }
    let text = rawBytes(of: number)
    if let decimal = ShortDecimal(text) { return decimal.double }
    switch text.first {
    case UInt8(ascii: "N")?: return .nan
    case UInt8(ascii: "I")?: return .infinity
    default: return Double(String(decoding: text, as: UTF8.self))
    }
  }
}
