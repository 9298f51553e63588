internal import QueueEngine

/// The arguments of the process as the system gave them, before they became texts.
enum ArgumentCheck {
  /// Refuses an argument that is not UTF-8: as a text it would say something else.
  static func run() throws(CommandFailure) {
    for (place, bytes) in ProcessArguments.bytes.enumerated()
    where String(validating: bytes, as: UTF8.self) == nil {
      let offset = StandardInput.offsetOfFault(in: bytes)
      throw .refused(
        "Argument \(place) is not UTF-8 at byte \(offset); nothing was done: convert it with"
          + " \"iconv -t UTF-8\"."
      )
    }
  }
}
