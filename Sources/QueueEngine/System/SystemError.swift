internal import CLibrary

/// A system call that failed, with the file that it was about.
package struct SystemError: Error, Hashable, CustomStringConvertible {
  /// The C error number.
  package var code: Int32
  /// What was attempted, as a verb phrase: `open`, say.
  package var attempt: String
  /// The path that it was about.
  package var path: String

  package init(code: Int32, attempt: String, path: String) {
    self.code = code
    self.attempt = attempt
    self.path = path
  }

  /// The system's own words for the error.
  package var reason: String {
    String(cString: strerror(code))
  }

  package var description: String {
    "Cannot \(attempt) \(Scrubber.scrub(path)): \(reason)"
  }

  /// Whether the error means that there is nothing at the path.
  package var isMissing: Bool {
    code == ENOENT || code == ENOTDIR
  }
}
