#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// This very program, for the worker that the dashboard and the demonstration start.
enum OwnProgram {
  /// Its path, also where it was found by way of `PATH`.
  static var path: String {
    if let resolved = realpath("/proc/self/exe", nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    return CommandLine.arguments.first ?? "mem0top"
  }
}
