import CLibrary
import Foundation
import TestSupport

@testable import QueueEngine

/// A real log in which a simulated worker writes, read as the program reads it.
final class CronDayLog {
  /// How the worker tells the time in its lines.
  enum Stamps: CaseIterable, Sendable {
    case none, local, utc
  }

  /// A zone of the machine, with its rule for summer time and when that changes, if it does.
  struct Zone: Sendable {
    let name: String
    /// As POSIX writes it, so that no tables need be there.
    let rule: String
    /// Seconds since 1970; what the day is laid around.
    let change: Double

    static let all = [
      // 2027-03-28 01:00 UTC, an hour forward.
      Zone(name: "Berlin", rule: "CET-1CEST,M3.5.0,M10.5.0/3", change: 1_806_195_600),
      // 2026-11-01 09:00 UTC, an hour back: the hour before comes twice.
      Zone(name: "Los Angeles", rule: "PST8PDT,M3.2.0,M11.1.0", change: 1_793_523_600),
      // No summer time, and half an hour.
      Zone(name: "Kolkata", rule: "IST-5:30", change: 1_800_000_000),
    ]

    /// Makes it the machine's zone for as long as `body` runs.
    func during(_ body: () throws -> Void) rethrows {
      let former = ProcessInfo.processInfo.environment["TZ"]
      setenv("TZ", rule, 1)
      tzset()
      defer {
        if let former { setenv("TZ", former, 1) } else { unsetenv("TZ") }
        tzset()
      }
      try body()
    }
  }

  private let directory: TemporaryDirectory
  private let stamps: Stamps
  private var follower: LogFollower

  init(stamps: Stamps) throws {
    directory = try TemporaryDirectory()
    self.stamps = stamps
    try directory.write("", to: "log")
    follower = LogFollower(path: directory.path("log"))
  }

  /// Appends a line, with the time as the worker tells it.
  func append(_ line: String, at moment: Timestamp) {
    let file = open(directory.path("log"), O_WRONLY | O_APPEND)
    defer { close(file) }
    let bytes = Array((stamp(moment) + line + "\n").utf8)
    write(file, bytes, bytes.count)
    let time = timespec(tv_sec: Int(moment.secondsSinceEpoch), tv_nsec: 0)
    futimens(file, [time, time])
  }

  /// What the log says now, to one who has followed it or to one who reads it for the first time.
  func history(at now: Timestamp, isFirstLook: Bool) -> RunHistory {
    if isFirstLook { follower = LogFollower(path: directory.path("log")) }
    follower.refresh(now: now)
    return follower.reading.content?.history ?? RunHistory()
  }

  private func stamp(_ moment: Timestamp) -> String {
    if stamps == .none { return "" }
    var (seconds, parts) = (time_t(moment.secondsSinceEpoch), tm())
    if stamps == .utc { gmtime_r(&seconds, &parts) } else { localtime_r(&seconds, &parts) }
    var text = [CChar](repeating: 0, count: 32)
    let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S ", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
