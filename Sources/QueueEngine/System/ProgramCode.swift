internal import CPlatform

/// The code of this program, as far as it is in memory.
package enum ProgramCode {
  /// Lets go of what only the start has needed; what runs again comes back by itself.
  ///
  /// It is half of what the program has in memory. The system would take it only when memory is short.
  package static func releaseUnused() {
    platform_release_code()
  }
}
