internal import CPlatform

/// The words that this process was started with, as the system gave them.
///
/// Swift looks for them beside `environ`, which a preloaded library may have moved by a `setenv` before
/// we began: the words that it finds then are none, and a subcommand would become the dashboard.
package enum ProcessArguments {
  /// The bytes of each word, the program's name first.
  package static var bytes: [[UInt8]] {
    let count = platform_argument_count()
    guard count > 0 else { return CommandLine.arguments.map { Array($0.utf8) } }
    return (0..<count).map { place in
      guard let word = platform_argument(place) else { return [] }
      return Array(UnsafeBufferPointer(start: word, count: length(of: word))).map(
        UInt8.init(bitPattern:)
      )
    }
  }

  /// Each word as text; what is not UTF-8 in it becomes U+FFFD.
  package static var texts: [String] { bytes.map { String(decoding: $0, as: UTF8.self) } }

  private static func length(of word: UnsafePointer<CChar>) -> Int {
    var length = 0
    while word[length] != 0 { length += 1 }
    return length
  }
}
