internal import CLibrary

/// A pipe that never blocks at either end and that no child inherits unasked.
struct Pipe: ~Copyable, Sendable {
  let readEnd: Int32
  private(set) var writeEnd: Int32

  init() throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .noPipe(errno: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(readEnd)
    if writeEnd >= 0 { close(writeEnd) }
  }

  /// Leaves the writing to those who have inherited that end: once they have closed it, the other
  /// end is at its end.
  mutating func closeWriteEnd() {
    close(writeEnd)
    writeEnd = -1
  }

  /// Writes one byte; a full pipe is one that wakes its reader anyway.
  func signal() {
    var byte: UInt8 = 0
    _ = write(writeEnd, &byte, 1)
  }

  /// Reads all that is there.
  func drain() -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let (chunk, _) = readAvailable(readEnd, atMost: 256)
      guard !chunk.isEmpty else { return bytes }
      bytes += chunk
    }
  }
}

/// Reads once; `isAtEnd` says that nothing will ever come again.
func readAvailable(_ descriptor: Int32, atMost limit: Int) -> (bytes: [UInt8], isAtEnd: Bool) {
  var count = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
    count = read(descriptor, buffer.baseAddress, limit)
    initialized = max(count, 0)
  }
  let isPassing = count < 0 && (errno == EINTR || errno == EAGAIN)
  return (bytes, count <= 0 && !isPassing)
}
