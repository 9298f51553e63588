internal import LosslessJSON

extension JSONCursor {
  /// What a value says, safe to show: a string decoded, any other value as it stands.
  func scrubbedText(of value: JSONValue) -> String {
    value.hasEscapes
      ? Scrubber.scrub(bytes: decodedBytes(of: value)) : Scrubber.scrub(bytes: rawBytes(of: value))
  }

  /// The time that a value names: a text in ISO form or, as some workers write it, seconds.
  ///
  /// A text without a zone is local time or UTC, whichever fits the time at which the file was written.
  func moment(of value: JSONValue, writtenAt: Timestamp? = nil) -> Timestamp? {
    if value.kind == .string {
      guard let stamp = ISOTime.stamp(string(of: value)) else { return nil }
      let clock = writtenAt.map { LogClock(fitting: stamp, $0, isLastLine: false) } ?? .local
      return clock.moment(of: stamp) ?? LogClock.local.moment(of: stamp)
    }
    guard let seconds = double(of: value), seconds.isFinite else { return nil }
    return Timestamp(TimeUnit(of: seconds).seconds(seconds))
  }
}

/// The unit of a time in a file: workers in other languages write milliseconds.
enum TimeUnit {
  case seconds
  case milliseconds

  /// The unit of a number: seconds beyond 10¹¹ would lie in the year 5138.
  init(of number: Double) {
    self = number > 1e11 && number <= 1e14 ? .milliseconds : .seconds
  }

  /// The number in seconds.
  func seconds(_ number: Double) -> Double {
    self == .milliseconds ? number / 1000 : number
  }
}
