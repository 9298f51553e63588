internal import QueueEngine

/// How long a server asks to be left alone.
enum RetryAfter {
  /// No server may hold up a queue for longer than this with one header.
  private static let longest = Duration.seconds(24 * 3600)

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The wait that a `Retry-After` names, in seconds or as an HTTP date; `nil` where it is neither.
  static func wait(_ text: String, now: Timestamp) -> Duration? {
    if !text.isEmpty, text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) {
      return Int(text).map { min(.seconds($0), longest) } ?? longest
    }
    return moment(text).map { min(max($0 - now, .zero), longest) }
  }

  /// The moment of a date like `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may send.
  private static func moment(_ text: String) -> Timestamp? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", words[1].count == 2,
      let month = months.firstIndex(where: { $0 == words[2] })
    else { return nil }
    let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
    return ISOTime.moment("\(words[3])-\(number)-\(words[1])T\(words[4])Z")
  }
}
