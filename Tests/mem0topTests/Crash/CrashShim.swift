import Foundation
import Subprocess
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A library that is loaded into the program and ends it, or fails it, at one of its system calls.
///
/// It counts the calls about files that a thread makes once it has opened the guard, by their
/// entries in the C library. (strace counts for each thread from its start, so a number means
/// another call in each of them; here it names one call and no other.)
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
    try directory.write(Self.source, to: "shim.c")
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

  /// The names of the calls that the last program made, up to the one where it ended.
  func calls() throws -> [Substring] {
    guard FileManager.default.fileExists(atPath: log) else { return [] }
    defer { unlink(log) }
    return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <signal.h>
    #include <stdarg.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/file.h>
    #include <sys/stat.h>
    #include <sys/syscall.h>
    #include <unistd.h>

    static __thread int armed;
    static long count;
    static int is_short;

    static long raw(long number, long a, long b, long c) {
      long (*next)(long, ...) = dlsym(RTLD_NEXT, "syscall");
      return next(number, a, b, c);
    }
    static void note(const char *name) {
      const char *log = getenv("CRASH_LOG");
      long file = raw(SYS_open, (long)log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      raw(SYS_write, file, (long)name, strlen(name));
      raw(SYS_write, file, (long)"\\n", 1);
      raw(SYS_close, file, 0, 0);
    }
    static int hit(const char *name) {
      is_short = 0;
      if (!armed) return 0;
      int code = errno;
      note(name);
      errno = code;
      const char *point = getenv("CRASH_POINT"), *fault = getenv("CRASH_FAULT");
      if (!fault || ++count != atol(point)) return 0;
      if (!strcmp(fault, "kill")) { raw(SYS_kill, getpid(), SIGKILL, 0); for (;;) pause(); }
      if (!strcmp(fault, "short")) { is_short = 1; return 0; }
      errno = atoi(fault);
      return 1;
    }
    static void arm(const char *path) {
      size_t length = strlen(path);
      if (length > 14 && !strcmp(path + length - 14, ".mem0top.guard")) armed = 1;
    }
    #define NEXT(name) __typeof__(name) *next = dlsym(RTLD_NEXT, #name)
    #define WRAP(result, name, parameters, arguments) \\
      result name parameters { NEXT(name); if (hit(#name)) return -1; return next arguments; }
    #define OPEN(name) int name(const char *path, int flags, ...) { \\
      va_list list; va_start(list, flags); int mode = va_arg(list, int); va_end(list); \\
      NEXT(name); arm(path); if (hit(#name)) return -1; return next(path, flags, mode); }
    #define OPENAT(name) int name(int directory, const char *path, int flags, ...) { \\
      va_list list; va_start(list, flags); int mode = va_arg(list, int); va_end(list); \\
      NEXT(name); arm(path); if (hit(#name)) return -1; return next(directory, path, flags, mode); }
    OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)
    ssize_t write(int file, const void *bytes, size_t count) {
      NEXT(write); if (hit("write")) return -1;
      return next(file, bytes, is_short && count > 1 ? count / 2 : count);
    }
    WRAP(ssize_t, read, (int f, void *b, size_t n), (f, b, n))
    WRAP(ssize_t, pread, (int f, void *b, size_t n, off_t o), (f, b, n, o))
    WRAP(ssize_t, pread64, (int f, void *b, size_t n, off64_t o), (f, b, n, o))
    WRAP(int, fsync, (int f), (f))
    WRAP(int, rename, (const char *a, const char *b), (a, b))
    WRAP(int, renameat, (int d, const char *a, int e, const char *b), (d, a, e, b))
    WRAP(int, unlink, (const char *a), (a))
    WRAP(int, unlinkat, (int d, const char *a, int g), (d, a, g))
    WRAP(int, mkdir, (const char *a, mode_t m), (a, m))
    WRAP(int, ftruncate, (int f, off_t n), (f, n))
    WRAP(int, ftruncate64, (int f, off64_t n), (f, n))
    WRAP(int, fchmod, (int f, mode_t m), (f, m))
    WRAP(int, fchown, (int f, uid_t u, gid_t g), (f, u, g))
    WRAP(int, flock, (int f, int o), (f, o))
    WRAP(int, fstat, (int f, struct stat *s), (f, s))
    WRAP(int, lstat, (const char *p, struct stat *s), (p, s))
    WRAP(int, fstatat, (int d, const char *p, struct stat *s, int g), (d, p, s, g))
    WRAP(int, statx, (int d, const char *p, int g, unsigned m, struct statx *s), (d, p, g, m, s))
    int close(int file) { NEXT(close); if (hit("close")) { next(file); return -1; } return next(file); }
    long syscall(long number, ...) {
      va_list list; va_start(list, number);
      long a[6]; for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
      va_end(list);
      NEXT(syscall);
      if (number == SYS_renameat2 && hit("renameat2")) return -1;
      return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
    """
}
