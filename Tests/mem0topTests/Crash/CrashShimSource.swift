/// The C of the library that `CrashShim` compiles.
enum CrashShimSource {
  static let text = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <poll.h>
    #include <signal.h>
    #include <stdarg.h>
    #include <stdatomic.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/file.h>
    #include <sys/stat.h>
    #include <sys/syscall.h>
    #include <time.h>
    #include <unistd.h>

    enum { GO_ON, FAIL, SHORT };
    static atomic_int armed;
    static atomic_int waited;
    static atomic_long count;
    // The nanoseconds by which waiting has moved the clock.
    static atomic_llong ahead;

    #define NEXT(name) __typeof__(name) *next = dlsym(RTLD_NEXT, #name)
    static long raw(long number, long a, long b, long c, long d) {
      long (*next)(long, ...) = dlsym(RTLD_NEXT, "syscall");
      return next(number, a, b, c, d);
    }

    // Whether a descriptor is a file or a directory of a file system that keeps what it gets.
    static int on(int file) {
      NEXT(fstat);
      static dev_t system;
      struct stat found;
      int code = errno;
      if (!system) {
        int proc = raw(SYS_openat, AT_FDCWD, (long)"/proc", O_PATH | O_CLOEXEC, 0);
        system = next(proc, &found) == 0 ? found.st_dev : (dev_t)-1;
        raw(SYS_close, proc, 0, 0, 0);
      }
      int keeps = next(file, &found) == 0 && found.st_dev != system
        && (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode));
      errno = code;
      return keeps;
    }
    static int at(int directory, const char *path) {
      if (path[0] != '/') return directory == AT_FDCWD || on(directory);
      if (!strncmp(path, "/dev/shm/", 9)) return 1;
      return strncmp(path, "/proc/", 6) && strncmp(path, "/sys/", 5) && strncmp(path, "/dev/", 5);
    }
    static void note(const char *name) {
      const char *log = getenv("CRASH_LOG");
      long file = raw(SYS_openat, AT_FDCWD, (long)log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      raw(SYS_write, file, (long)name, strlen(name), 0);
      raw(SYS_write, file, (long)"\\n", 1, 0);
      raw(SYS_close, file, 0, 0, 0);
    }
    // Waits once at the first call of a name, with a mark that somebody waits for.
    static void wait_at(const char *name) {
      const char *call = getenv("CRASH_PAUSE"), *mark = getenv("CRASH_MARK");
      if (!call || strcmp(call, name) || atomic_exchange(&waited, 1)) return;
      raw(SYS_close, raw(SYS_openat, AT_FDCWD, (long)mark, O_WRONLY | O_CREAT, 0600), 0, 0, 0);
      struct timespec rest = {0, 300000000};
      while (raw(SYS_nanosleep, (long)&rest, (long)&rest, 0, 0) != 0 && errno == EINTR) {}
    }
    static int hit(const char *name) {
      int code = errno;
      note(name);
      wait_at(name);
      errno = code;
      const char *point = getenv("CRASH_POINT"), *fault = getenv("CRASH_FAULT");
      if (atomic_fetch_add(&count, 1) + 1 != atol(point) || !fault) return GO_ON;
      if (!strcmp(fault, "kill")) { raw(SYS_kill, getpid(), SIGKILL, 0, 0); for (;;) pause(); }
      if (!strcmp(fault, "short")) return SHORT;
      errno = atoi(fault);
      return FAIL;
    }
    static void arm(const char *path) {
      size_t length = strlen(path);
      if (length > 14 && !strcmp(path + length - 14, ".mem0top.guard")) armed = 1;
    }

    #define MEETS(name, where) (armed && (where) ? hit(#name) : GO_ON)
    #define WRAP(result, name, where, parameters, arguments) \\
      result name parameters { \\
        NEXT(name); if (MEETS(name, where) == FAIL) return -1; return next arguments; }
    #define MODE(flags) va_list list; va_start(list, flags); int mode = va_arg(list, int); va_end(list)
    #define OPEN(name) int name(const char *path, int flags, ...) { MODE(flags); NEXT(name); \\
      arm(path); if (MEETS(name, at(AT_FDCWD, path)) == FAIL) return -1; \\
      return next(path, flags, mode); }
    #define OPENAT(name) int name(int directory, const char *path, int flags, ...) { \\
      MODE(flags); NEXT(name); \\
      arm(path); if (MEETS(name, at(directory, path)) == FAIL) return -1; \\
      return next(directory, path, flags, mode); }
    OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)
    #define WRITE(name, parameters, arguments) ssize_t name parameters { \\
      NEXT(name); int fault = MEETS(name, on(f)); if (fault == FAIL) return -1; \\
      if (fault == SHORT && n > 1) n /= 2; \\
      return next arguments; }
    WRITE(write, (int f, const void *b, size_t n), (f, b, n))
    WRITE(pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o))
    WRITE(pwrite64, (int f, const void *b, size_t n, off64_t o), (f, b, n, o))
    WRAP(ssize_t, read, on(f), (int f, void *b, size_t n), (f, b, n))
    WRAP(ssize_t, pread, on(f), (int f, void *b, size_t n, off_t o), (f, b, n, o))
    WRAP(ssize_t, pread64, on(f), (int f, void *b, size_t n, off64_t o), (f, b, n, o))
    WRAP(int, fsync, on(f), (int f), (f))
    WRAP(int, rename, at(AT_FDCWD, b), (const char *a, const char *b), (a, b))
    WRAP(int, renameat, at(e, b), (int d, const char *a, int e, const char *b), (d, a, e, b))
    WRAP(int, link, at(AT_FDCWD, b), (const char *a, const char *b), (a, b))
    WRAP(int, chmod, at(AT_FDCWD, a), (const char *a, mode_t m), (a, m))
    WRAP(int, unlink, at(AT_FDCWD, a), (const char *a), (a))
    WRAP(int, unlinkat, at(d, a), (int d, const char *a, int g), (d, a, g))
    WRAP(int, mkdir, at(AT_FDCWD, a), (const char *a, mode_t m), (a, m))
    WRAP(int, ftruncate, on(f), (int f, off_t n), (f, n))
    WRAP(int, ftruncate64, on(f), (int f, off64_t n), (f, n))
    WRAP(int, futimens, on(f), (int f, const struct timespec t[2]), (f, t))
    WRAP(int, fchmod, on(f), (int f, mode_t m), (f, m))
    WRAP(int, fchown, on(f), (int f, uid_t u, gid_t g), (f, u, g))
    WRAP(int, flock, on(f), (int f, int o), (f, o))
    WRAP(int, fstat, on(f), (int f, struct stat *s), (f, s))
    WRAP(int, lstat, at(AT_FDCWD, p), (const char *p, struct stat *s), (p, s))
    WRAP(int, fstatat, at(d, p), (int d, const char *p, struct stat *s, int g), (d, p, s, g))
    WRAP(int, statx, at(d, p), (int d, const char *p, int g, unsigned m, struct statx *s),
      (d, p, g, m, s))
    int close(int file) {
      NEXT(close);
      int isPoint = MEETS(close, on(file)), outcome = next(file);
      return isPoint == FAIL ? -1 : outcome;
    }
    // Nobody is there to be waited for: a wait moves the clock and is over. A file that does not parse
    // is read again after each pause, for a second: here that is one pause, because their number
    // would be a matter of chance, and that of the points with it.
    int nanosleep(const struct timespec *wanted, struct timespec *rest) {
      NEXT(nanosleep);
      ahead += wanted->tv_sec * 1000000000LL + wanted->tv_nsec;
      struct timespec brief = {0, 100000};
      return next(&brief, rest);
    }
    int poll(struct pollfd *files, nfds_t number, int pause) {
      NEXT(poll);
      if (number || pause < 20) return next(files, number, pause);
      ahead += 1100000000LL;
      return 0;
    }
    int clock_gettime(clockid_t clock, struct timespec *now) {
      NEXT(clock_gettime);
      int outcome = next(clock, now);
      if (outcome || clock == CLOCK_REALTIME || !ahead) return outcome;
      long long time = now->tv_sec * 1000000000LL + now->tv_nsec + ahead;
      now->tv_sec = time / 1000000000;
      now->tv_nsec = time % 1000000000;
      return 0;
    }
    long syscall(long number, ...) {
      va_list list; va_start(list, number);
      long a[6]; for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
      va_end(list);
      NEXT(syscall);
      if (number == SYS_renameat2 && MEETS(renameat2, at(a[2], (const char *)a[3])) == FAIL) return -1;
      return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
    """
}
