internal import CLibrary
internal import QueueEngine

/// Reads standard input to its end.
enum StandardInput {
  /// More is refused, in bytes: it would be one item of a file that every program reads whole.
  private static let largestSize = 256 << 20

  /// The whole input as text, which must be UTF-8.
  static func text() throws(CommandFailure) -> String {
    let bytes = try bytes()
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    throw .refused(
      "Standard input is not UTF-8 at byte \(offsetOfFault(in: bytes)); nothing was added: convert it"
        + " with \"iconv -t UTF-8\"."
    )
  }

  /// Takes what somebody has written already, so that nobody waits for us, and waits for no more.
  static func discardWhatIsThere() {
    guard isatty(STDIN_FILENO) == 0 else { return }
    var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    var left = 64
    while left > 0, poll(&waiting, 1, 0) == 1 {
      let count = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) {
        read(STDIN_FILENO, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return }
      left -= 1
    }
  }

  /// The first byte that belongs to no well-formed sequence.
  static func offsetOfFault(in bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var input = bytes.makeIterator()
    var offset = 0
    while case .scalarValue(let scalar) = decoder.decode(&input) {
      offset += UTF8.width(scalar)
    }
    return offset
  }

  private static func bytes() throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      var failure: Int32 = 0
      let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, filled in
        let count = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
        (filled, failure) = (max(count, 0), count < 0 ? errno : 0)
      }
      if failure == EINTR { continue }
      guard failure == 0 else {
        throw .system("Cannot read standard input: \(String(cString: strerror(failure))).")
      }
      if piece.isEmpty { return bytes }
      bytes += piece
      guard bytes.count <= largestSize else {
        throw .refused("Standard input is larger than 256 MiB; nothing was added.")
      }
    }
  }
}
