internal import QueueEngine

/// The arguments of the process as the system gave them, before they became texts.
enum ArgumentCheck {
  /// Refuses an argument that is not UTF-8: as a text it would say something else.
  static func run() throws(CommandFailure) {
    for place in 0..<Int(CommandLine.argc) {
      guard let word = CommandLine.unsafeArgv[place], String(validatingCString: word) == nil else {
        continue
      }
      let bytes = sequence(state: word) { next -> UInt8? in
        defer { next += 1 }
        return next.pointee == 0 ? nil : UInt8(bitPattern: next.pointee)
      }
      let offset = StandardInput.offsetOfFault(in: Array(bytes))
      throw .refused(
        "Argument \(place) is not UTF-8 at byte \(offset); nothing was done: convert it with"
          + " \"iconv -t UTF-8\"."
      )
    }
  }
}
