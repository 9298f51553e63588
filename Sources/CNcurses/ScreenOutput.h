// What curses writes, sent to the terminal a whole frame at a time.
//
// By itself curses writes after each movement of its cursor, a hundred times for a whole screen. Each
// time the terminal wakes up and takes the processor, and may show a frame that is half drawn.
#pragma once

#include "GuestProgram.h"

#include <sys/resource.h>
#include <sys/select.h>

// Weak for the reason that TerminalGuard.h gives.
struct cn_output_state {
  // The terminal once more, for curses alone, so that nothing else is led astray with it; and the file
  // without a name that takes its place while a frame is drawn.
  int screen;
  int frame;
};

__attribute__((weak, visibility("hidden"))) struct cn_output_state cn_output = {.screen = -1, .frame = -1};

// More than any frame needs.
enum { cn_output_longest_frame = 4 << 20 };

// A limit on files holds for the file without a name too (`ulimit -f`), and would cut a frame short.
static inline bool cn_output_has_room(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur >= cn_output_longest_frame;
}

// A stream for curses to write to; NULL where the system has no descriptor left.
static inline FILE *cn_output_open(void) {
  cn_output.screen = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  cn_output.frame = cn_output_has_room() ? cn_text_file("", 0) : -1;
  return cn_output.screen < 0 ? NULL : fdopen(cn_output.screen, "w");
}

static inline void cn_output_lead(int descriptor) {
#ifdef __linux__
  dup3(descriptor, cn_output.screen, O_CLOEXEC);
#else
  dup2(descriptor, cn_output.screen);
  fcntl(cn_output.screen, F_SETFD, FD_CLOEXEC);
#endif
}

// Holds back what curses writes from now on.
static inline void cn_output_hold(void) {
  if (cn_output.frame >= 0) cn_output_lead(cn_output.frame);
}

// Writes all of it; false where the terminal is gone.
static inline bool cn_output_write(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(STDOUT_FILENO, bytes, length);
    if (count > 0) {
      bytes += count;
      length -= (size_t)count;
    } else if (count < 0 && errno == EAGAIN) {
      // Somebody has set the terminal so that it never blocks: it takes more in a moment.
      // (poll.h in this header would be this module's, and hidden from Swift files that import the C library.)
      fd_set room;
      FD_ZERO(&room);
      FD_SET(STDOUT_FILENO, &room);
      struct timeval longest = {.tv_usec = 100000};
      select(STDOUT_FILENO + 1, NULL, &room, NULL, &longest);
    } else if (count == 0 || errno != EINTR) {
      return false;
    }
  }
  return true;
}

// Sends what was held back, and lets curses write to the terminal again.
static inline void cn_output_release(void) {
  if (cn_output.frame < 0) return;
  cn_output_lead(STDOUT_FILENO);
  off_t left = lseek(cn_output.frame, 0, SEEK_CUR);
  lseek(cn_output.frame, 0, SEEK_SET);
  char buffer[16384];
  while (left > 0) {
    size_t wanted = left < (off_t)sizeof buffer ? (size_t)left : sizeof buffer;
    ssize_t count = read(cn_output.frame, buffer, wanted);
    if (count <= 0 || !cn_output_write(buffer, (size_t)count)) break;
    left -= count;
  }
  lseek(cn_output.frame, 0, SEEK_SET);
}
