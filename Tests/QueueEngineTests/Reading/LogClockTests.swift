import Testing

@testable import QueueEngine

/// In which zone a log's writer tells the time (bad input 93).
struct LogClockTests {
  private let hour = 3600
  private let written = Timestamp(1_800_000_000)

  /// A stamp that names the moment `age` seconds before the file's, told `offset` seconds east of
  /// Greenwich, and read on a machine that lies `local` seconds east.
  private func stamp(age: Int, offset: Int, local: Int) -> LogStamp {
    let utc = 1_800_000_000 - age + offset
    return LogStamp(secondsInUTC: utc, secondsInLocalTime: utc - local, fraction: 0, zone: nil)
  }

  private func reading(age: Int, offset: Int, local: Int, isLastLine: Bool = true) -> Timestamp? {
    let stamp = stamp(age: age, offset: offset, local: local)
    return LogClock(fitting: stamp, written, isLastLine: isLastLine).moment(of: stamp)
  }

  @Test(arguments: [0, 9, -8, 1], [0, 9, -8, 1])
  func localTimeAndUTCAreToldApart(writer: Int, reader: Int) {
    guard writer == 0 || writer == reader else { return }
    for age in [0, 30, 600] {
      let moment = reading(age: age, offset: writer * hour, local: reader * hour)
      #expect(moment == written - .seconds(age), "\(age)")
    }
  }

  @Test func anotherZoneIsBelievedOnlyOfTheLastLine() {
    let india = 5 * hour + 1800
    #expect(reading(age: 5, offset: india, local: 0) == written - .seconds(5))
    #expect(reading(age: 5, offset: india, local: 0, isLastLine: false) == nil)
    #expect(reading(age: 200, offset: india, local: 0) == nil)
    #expect(reading(age: 5, offset: -5 * hour, local: 0) == written - .seconds(5))
  }

  @Test func aZoneThatIsNamedCounts() {
    var stamp = stamp(age: 0, offset: 0, local: 0)
    stamp.zone = hour
    #expect(LogClock.unknown.moment(of: stamp) == written - .seconds(3600))
  }
}
