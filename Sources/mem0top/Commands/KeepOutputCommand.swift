internal import ArgumentParser
internal import CLibrary
internal import QueueEngine

/// `keep-output`: passes standard input on to a file, standard output, and keeps that within its bound.
///
/// It stands behind the worker that the dashboard starts, for as long as that writes, which may be
/// for days after the dashboard has quit. The worker must not die of a pipe that nobody reads, nor
/// wait, nor fill the disk; so what the file does not take is dropped.
struct KeepOutputCommand: ParsableCommand {
  static let name = "keep-output"
  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Keeps the output of a worker that the dashboard started.",
    shouldDisplay: false
  )

  /// The file begins anew beyond this size; the dashboard has long told the lines before.
  private static let mostBytes = 4 << 20

  func run() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var size = 0
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      if size + count > Self.mostBytes, ftruncate(STDOUT_FILENO, 0) == 0 { size = 0 }
      if WholeWrite.write(Array(buffer[..<count]), to: STDOUT_FILENO) == 0 { size += count }
    }
  }
}
