internal import CLibrary

/// Standard input, line by line, for as long as somebody writes.
struct MessageLines: ~Copyable {
  /// A longer line is thrown away, in bytes: no message is so long.
  private static let longest = 16 << 20

  private var buffer: [UInt8] = []
  private var start = 0

  /// What stands for a line that is too long: it is no JSON, and is answered so.
  private static let tooLong = [UInt8(ascii: "!")]

  /// The next line without its end; `nil` at the end of the input.
  mutating func next() -> [UInt8]? {
    var searched = start
    var isTooLong = false
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[start..<end])
        start = end + 1
        return isTooLong ? Self.tooLong : line
      }
      buffer.removeFirst(start)
      start = 0
      if buffer.count > Self.longest {
        isTooLong = true
        buffer = []
      }
      searched = buffer.count
      let piece = Self.read()
      if piece.isEmpty {
        // The last line may have no end; one that was cut off is no JSON, and is answered so.
        defer { buffer = [] }
        return buffer.isEmpty ? nil : isTooLong ? Self.tooLong : buffer
      }
      buffer += piece
    }
  }

  private static func read() -> [UInt8] {
    while true {
      var isInterrupted = false
      let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, filled in
        let count = CLibrary.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
        isInterrupted = count < 0 && errno == EINTR
        filled = max(count, 0)
      }
      if !isInterrupted { return piece }
    }
  }
}
