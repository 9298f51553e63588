internal import CLibrary

/// A file that does not parse, perhaps because another program is just writing it.
enum TornFile {
  /// For so long a file may fail to parse before it is called corrupt: 50 tries.
  static let timeout = Duration.seconds(1)
  /// The pause between two tries, in milliseconds.
  private static let pause: Int32 = 20

  /// Waits for the time between two tries.
  static func rest() {
    poll(nil, 0, pause)
  }

  /// Reads a file until it parses, or has failed to for so long that it will not.
  ///
  /// - Parameter read: Reads the file from its beginning and decodes it.
  /// - Returns: what the last try came to.
  /// - Throws: what `read` throws, which another try would not mend.
  static func readUntilWhole<Content, Failure>(
    _ read: () throws(Failure) -> Result<Content, DecodingProblem>
  ) throws(Failure) -> Result<Content, DecodingProblem> {
    let deadline = ContinuousClock.now + timeout
    while true {
      let result = try read()
      if case .failure = result, ContinuousClock.now < deadline {
        rest()
      } else {
        return result
      }
    }
  }
}
