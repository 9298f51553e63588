internal import CLibrary
internal import QueueEngine

extension Timestamp {
  /// The moment in local time without a zone, as Python's `datetime.now().isoformat()` writes it.
  func localText(separator: Character) -> String {
    var seconds = time_t(secondsSinceEpoch)
    var parts = tm()
    localtime_r(&seconds, &parts)
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let time = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
    return Self.joined(date, "-") + String(separator) + Self.joined(time, ":")
  }

  private static func joined(_ numbers: [Int], _ separator: String) -> String {
    numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: separator)
  }
}
