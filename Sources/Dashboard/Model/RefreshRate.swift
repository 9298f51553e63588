/// How often everything is looked at: the steps that the keys for the rate take.
enum RefreshRate {
  /// From often to seldom.
  private static let steps: [Duration] = [
    .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2),
    .seconds(5), .seconds(10), .seconds(30), .seconds(60),
  ]

  /// The next shorter interval; `nil` where there is none.
  static func faster(than interval: Duration) -> Duration? { steps.last { $0 < interval } }

  /// The next longer interval; `nil` where there is none.
  static func slower(than interval: Duration) -> Duration? { steps.first { $0 > interval } }

  /// An interval in words: `250 ms`, `2 s`.
  static func text(_ interval: Duration) -> String {
    let milliseconds = Int(interval / .milliseconds(1))
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}
