import Foundation
import Subprocess
import TestSupport
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A library that is loaded into the program and ends it, or fails it, at one of its system calls.
///
/// It counts the calls about files that the program makes once it has opened the guard, by their
/// entries in the C library. (strace counts for each thread from its start, so a number means
/// another call in each of them; here it names one call and no other.) Sockets, pipes and what the
/// system tells of processes are no points: they keep nothing, and their number varies. Waits are
/// cut short, so that a point costs milliseconds.
struct CrashShim: Sendable {
  /// What happens at the point.
  enum Fault: Hashable, Sendable, CustomStringConvertible {
    /// Nothing; the calls are only listed.
    case none
    case kill
    case error(Int32)
    /// Half of what is to be written is written.
    case shortWrite

    var description: String {
      switch self {
      case .none: "none"
      case .kill: "kill"
      case .error(let code): "error \(code)"
      case .shortWrite: "short write"
      }
    }
  }

  let path: String
  private let log: String

  /// Compiles the library; `nil` where there is no C compiler.
  init?(in directory: TemporaryDirectory) async throws {
    let compilers = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"]
    guard let compiler = compilers.first(where: FileManager.default.isExecutableFile(atPath:))
    else { return nil }
    path = directory.path + "/shim.so"
    log = directory.path + "/calls"
    try directory.write(CrashShimSource.text, to: "shim.c")
    let result = try await Subprocess.run(
      .path(FilePath(compiler)),
      arguments: ["-shared", "-fPIC", "-O1", "-o", path, directory.path + "/shim.c", "-ldl"],
      output: .discarded,
      error: .string(limit: 1 << 16)
    )
    guard result.terminationStatus == .exited(0) else {
      Issue.record("the shim does not compile: \(result.standardError)")
      return nil
    }
  }

  /// The variables with which a program meets a fault at its call with this number, from 1 up.
  func environment(_ fault: Fault, at point: Int) -> [String: String] {
    var variables = ["LD_PRELOAD": path, "CRASH_LOG": log, "CRASH_POINT": "\(point)"]
    switch fault {
    case .none: variables["CRASH_POINT"] = "0"
    case .kill: variables["CRASH_FAULT"] = "kill"
    case .error(let code): variables["CRASH_FAULT"] = "\(code)"
    case .shortWrite: variables["CRASH_FAULT"] = "short"
    }
    return variables
  }

  /// The variables with which a program makes the file `mark` before its first call of this name once
  /// it has the guard, and waits there for 0.3 s.
  func environment(waitingAt call: String, mark: String) -> [String: String] {
    environment(.none, at: 0).merging(["CRASH_PAUSE": call, "CRASH_MARK": mark]) { $1 }
  }

  /// The names of the calls that the last program made, up to the one where it ended.
  func calls() throws -> [Substring] {
    guard FileManager.default.fileExists(atPath: log) else { return [] }
    defer { unlink(log) }
    return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
  }
}
