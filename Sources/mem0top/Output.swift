internal import FoundationEssentials
internal import QueueEngine

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Writes to the standard streams, whole, and ends quietly when the reader has gone.
enum Output {
  /// Whether standard output is a terminal.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard output goes into the file at `path`, as with `>> path`.
  static func isFile(at path: String) -> Bool {
    guard let own = try? FileStamp.of(descriptor: STDOUT_FILENO, path: path),
      let file = try? FileStamp.at(path)
    else { return false }
    return own.device == file.device && own.inode == file.inode
  }

  /// Writes a line to standard output.
  static func print(_ text: String) {
    write(text + "\n", to: STDOUT_FILENO)
  }

  /// Writes text without a line end to standard output.
  static func write(_ text: String) {
    write(text, to: STDOUT_FILENO)
  }

  /// Writes text to standard output, or as much of it as it takes; `false` where that was not all.
  ///
  /// For what must not end because nobody can be told of it.
  static func offer(_ text: String) -> Bool {
    WholeWrite.write(Array(text.utf8), to: STDOUT_FILENO) == 0
  }

  /// Writes bytes as they are to standard output.
  static func write(bytes: [UInt8]) {
    write(bytes, to: STDOUT_FILENO)
  }

  /// Writes a line to standard error.
  static func complain(_ text: String) {
    write(text + "\n", to: STDERR_FILENO)
  }

  /// Writes a value as one JSON object on one line.
  static func printJSON(_ value: some Encodable) throws(CommandFailure) {
    print(try json(value))
  }

  /// A value as one JSON object on one line, without its end.
  static func json(_ value: some Encodable) throws(CommandFailure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw .system("The JSON could not be written: \(error).")
    }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8), to: descriptor)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    let code = WholeWrite.write(bytes, to: descriptor)
    // Nobody reads any more (`mem0top status | head -1`): there is no one to tell.
    if code != 0 { exit(descriptor == STDOUT_FILENO && code == EPIPE ? 0 : 1) }
  }
}
