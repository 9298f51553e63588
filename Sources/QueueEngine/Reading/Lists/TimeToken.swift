internal import LosslessJSON

/// Writes a moment as another stands in a file: seconds, whole or not, or a text of the same form.
enum TimeToken {
  /// The moment in the form of a token; `nil` where that is no time that we can write.
  static func bytes(of moment: Timestamp, like token: some Collection<UInt8>) -> [UInt8]? {
    let token = String(decoding: token, as: UTF8.self)
    if token.utf8.first == UInt8(ascii: "\"") {
      return TimeForm(String(token.dropFirst().dropLast())).map {
        Array("\"\($0.text(of: moment))\"".utf8)
      }
    }
    guard Double(token)?.isFinite == true else { return nil }
    return token.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      ? Array("\(moment.secondsSinceEpoch.wholeNumber)".utf8) : seconds(moment)
  }

  /// The moment in seconds with their fraction, as Python's `time.time()` is written.
  static func seconds(_ moment: Timestamp) -> [UInt8] {
    Array("\(moment.secondsSinceEpoch)".utf8)
  }

  /// The moment in local time without a zone, to the second.
  static func local(_ moment: Timestamp) -> String {
    TimeForm("2025-11-30T04:38:18")?.text(of: moment) ?? moment.iso8601
  }
}

extension Double {
  /// The number without its fraction; 0 where it is beyond all clocks.
  fileprivate var wholeNumber: Int { Int(exactly: rounded(.down)) ?? 0 }
}
