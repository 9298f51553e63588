import LosslessJSON
import TestSupport
import Testing

@Suite("Numbers")
struct JSONNumberTests {
  private func read(_ text: String) throws -> (integer: Int?, double: Double?) {
    try JSONText(Array(text.utf8)).withCursor { (cursor) throws(JSONError) in
      let value = try cursor.readValue()
      return (cursor.integer(of: value), cursor.double(of: value))
    }
  }

  @Test(
    "are whole where they are, and fit",
    arguments: [
      ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("1.0", 1), ("1e3", 1000), ("-2.50e1", -25),
      ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
      ("-9223372036854775809", nil), ("99999999999999999999999", nil), ("1e400", nil), ("1.5", nil),
      ("NaN", nil), ("Infinity", nil), ("-Infinity", nil), ("true", nil), ("null", nil),
      ("\"1\"", nil),
    ] as [(String, Int?)]
  )
  func whole(_ text: String, expected: Int?) throws {
    #expect(try read(text).integer == expected)
  }

  @Test(
    "are the nearest Double",
    arguments: [
      "0", "-0", "0.0", "1", "-1.5", "0.1", "1732945600.1234567", "123456789012345678",
      "9007199254740993", "0.30000000000000004", "1e23", "1e-400", "5e-324", "1e308",
      "0.000000000000000001", "1234567890123456789", "18446744073709551616", "4.35", "-0.0",
    ]
  )
  func nearest(_ text: String) throws {
    let expected = try #require(Double(text))
    #expect(try read(text).double?.bitPattern == expected.bitPattern)
  }

  @Test("are the nearest Double for 100 000 seeded times and fractions")
  func nearestForMany() throws {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<100_000 {
      let whole =
        UInt64.random(in: 0..<10_000_000_000, using: &generator)
        >> UInt64.random(in: 0..<34, using: &generator)
      let fraction = String(UInt64.random(in: 0..<100_000_000, using: &generator))
      let text = "\(whole).\(fraction)"
      let expected = try #require(Double(text))
      let actual = try read(text).double
      if actual != expected { Issue.record("\(text) was read as \(String(describing: actual))") }
    }
  }

  @Test("beyond all Doubles are infinite, and what is no number is none")
  func beyond() throws {
    #expect(try read("1e400").double == .infinity)
    #expect(try read("-1e400").double == -.infinity)
    #expect(try read("-Infinity").double == -.infinity)
    #expect(try read("Infinity").double == .infinity)
    #expect(try read("NaN").double?.isNaN == true)
    #expect(try read("\"1\"").double == nil)
    #expect(try read("true").double == nil)
  }
}
