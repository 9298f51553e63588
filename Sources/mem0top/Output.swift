internal import CLibrary
internal import FoundationEssentials
internal import QueueEngine

/// Why standard output did not take what was written to it.
struct OutputFailure: Error, CustomStringConvertible {
  /// The C error number.
  let code: Int32

  /// Whether nobody reads any more (`mem0top status | head -1`), so that there is no one to tell.
  var isClosedPipe: Bool { code == EPIPE }

  /// The system's own words.
  var reason: String { String(cString: strerror(code)) }

  var description: String {
    "The output could not be written: \(reason); look where standard output leads."
  }
}

/// Writes to the standard streams, whole.
///
/// What only shows something ends the process where it cannot be written; what tells of a change that
/// was made goes by `tell` or `offer`, because the status must say that it was made.
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
    write(text + "\n")
  }

  /// Writes text without a line end to standard output.
  static func write(_ text: String) {
    write(bytes: Array(text.utf8))
  }

  /// Writes text to standard output, or as much of it as it takes; `false` where that was not all.
  ///
  /// For what must not end because nobody can be told of it.
  static func offer(_ text: String) -> Bool {
    (try? send(text)) != nil
  }

  /// Writes what a change came to; where that cannot be, standard error gets the sentence with the reason.
  ///
  /// - Parameters:
  ///   - text: What is written.
  ///   - sentence: That the change was made and what could not be written, without a full stop.
  static func tell(_ text: String, orComplain sentence: String) {
    do {
      try send(text)
    } catch {
      if !error.isClosedPipe { complain("mem0top: \(sentence): \(error.reason).") }
    }
  }

  /// Writes text to standard output, or throws why it was not all taken.
  static func send(_ text: String) throws(OutputFailure) {
    try send(bytes: Array(text.utf8))
  }

  /// Writes bytes as they are to standard output.
  static func write(bytes: [UInt8]) {
    do {
      try send(bytes: bytes)
    } catch {
      ExitStatus.end(with: error)
    }
  }

  /// Writes a line to standard error, as far as it takes one.
  static func complain(_ text: String) {
    _ = WholeWrite.write(Array((text + "\n").utf8), to: STDERR_FILENO)
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

  private static func send(bytes: [UInt8]) throws(OutputFailure) {
    let code = WholeWrite.write(bytes, to: STDOUT_FILENO)
    guard code == 0 else { throw OutputFailure(code: code) }
  }
}
