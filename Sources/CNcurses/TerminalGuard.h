// Signal handlers that give the terminal back. They do only what POSIX allows inside a handler.
//
// The state is weak, not static: Swift compiles these functions into each object file that calls
// them, and the linker has to merge what they share.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const int cn_guard_fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
enum { cn_guard_fatal_count = sizeof cn_guard_fatal / sizeof cn_guard_fatal[0] };

struct cn_guard_state {
  // How the terminal was before we came, and the bytes that undo what we wrote to it.
  struct termios modes;
  char reset[512];
  size_t reset_length;
  volatile sig_atomic_t is_armed;
  // Where signals are reported, one byte each, and the first one that asked us to end.
  int pipe;
  volatile sig_atomic_t ending;
  // The real standard error while it is held back, and the pipe that holds what was written there.
  int errors;
  int held[2];
  // What handled the fatal signals before us, and a stack for when the stack is what has failed.
  struct sigaction previous[cn_guard_fatal_count];
  char stack[64 * 1024];
};

__attribute__((weak, visibility("hidden"))) struct cn_guard_state cn_guard = {
    .pipe = -1, .errors = -1, .held = {-1, -1}};

static inline void cn_guard_unblock(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

// Ends the process by `signal`, so that whoever waits for it sees the true cause.
static inline void cn_guard_die(int signal) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(signal, &action, NULL);
  cn_guard_unblock(signal);
  raise(signal);
  _exit(128 + signal);
}

// Gives standard error back and passes on what was held; a full terminal loses it rather than us.
static inline void cn_guard_release_errors(void) {
  if (cn_guard.errors < 0) return;
  dup2(cn_guard.errors, STDERR_FILENO);
  char buffer[4096];
  ssize_t count;
  while ((count = read(cn_guard.held[0], buffer, sizeof buffer)) > 0)
    if (write(STDERR_FILENO, buffer, (size_t)count) < 0) break;
  close(cn_guard.errors);
  close(cn_guard.held[0]);
  close(cn_guard.held[1]);
  cn_guard.errors = -1;
}

// Holds back what is written to standard error, which would land in the middle of the screen.
static inline void cn_guard_hold_errors(void) {
  if (cn_guard.errors >= 0 || !isatty(STDERR_FILENO) || pipe(cn_guard.held) != 0) return;
  for (int end = 0; end < 2; end++) {
    fcntl(cn_guard.held[end], F_SETFD, FD_CLOEXEC);
    fcntl(cn_guard.held[end], F_SETFL, O_NONBLOCK);
  }
  cn_guard.errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (cn_guard.errors >= 0) dup2(cn_guard.held[1], STDERR_FILENO);
}

// Restores the terminal without curses and without ever waiting for it.
static inline void cn_guard_restore(void) {
  if (!cn_guard.is_armed || tcgetpgrp(STDOUT_FILENO) != getpgrp()) return;
  cn_guard.is_armed = 0;
  int flags = fcntl(STDOUT_FILENO, F_GETFL);
  fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
  ssize_t ignored = write(STDOUT_FILENO, cn_guard.reset, cn_guard.reset_length);
  (void)ignored;
  tcsetattr(STDOUT_FILENO, TCSANOW, &cn_guard.modes);
  cn_guard_release_errors();
  fcntl(STDOUT_FILENO, F_SETFL, flags);
}

static void cn_guard_on_fatal(int signal) {
  cn_guard_restore();
  for (int index = 0; index < cn_guard_fatal_count; index++)
    if (cn_guard_fatal[index] == signal) sigaction(signal, &cn_guard.previous[index], NULL);
  raise(signal);
}

// One second after the signal that asked us to end, we are still here: the loop hangs in a write
// to a terminal that takes nothing, say.
static void cn_guard_on_alarm(int signal) {
  (void)signal;
  cn_guard_restore();
  cn_guard_die(cn_guard.ending);
}

static void cn_guard_on_signal(int signal) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal;
  ssize_t ignored = write(cn_guard.pipe, &byte, 1);
  (void)ignored;
  if (signal != SIGWINCH && signal != SIGTSTP && signal != SIGCONT && !cn_guard.ending) {
    cn_guard.ending = signal;
    alarm(1);
  }
  errno = saved;
}

static inline void cn_guard_catch(int signal, void (*handler)(int), int flags, struct sigaction *previous) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, previous);
}

// Reports `signal` on the pipe from now on.
static inline void cn_guard_watch(int signal) {
  cn_guard_catch(signal, cn_guard_on_signal, SA_RESTART, NULL);
}

// Remembers how the terminal is now; false where it is none.
static inline bool cn_guard_remember(void) { return tcgetattr(STDOUT_FILENO, &cn_guard.modes) == 0; }

// Reports signals on this pipe.
//
// SIGTSTP has to be watched before curses starts. Where that finds it at its default, it has it
// ignored for as long as it draws, by all threads, and a stop that comes meanwhile is lost: blocked
// in one thread, another takes it. What is handled when it starts, curses leaves alone for ever.
static inline void cn_guard_report(int pipe) { cn_guard.pipe = pipe; }

// Gives the terminal the modes that it had before we came.
static inline void cn_guard_restore_modes(void) { tcsetattr(STDOUT_FILENO, TCSANOW, &cn_guard.modes); }

// Makes the key that interrupts a plain one. (c_cc is a tuple in Swift, and its place differs by system.)
static inline void cn_guard_release_interrupt(struct termios *modes) { modes->c_cc[VINTR] = _POSIX_VDISABLE; }

// Arms all handlers; `reset` is what a handler writes to the terminal.
static inline void cn_guard_arm(const char *reset, size_t length) {
  cn_guard.reset_length = length < sizeof cn_guard.reset ? length : sizeof cn_guard.reset;
  memcpy(cn_guard.reset, reset, cn_guard.reset_length);
  cn_guard.is_armed = 1;
  stack_t stack = {.ss_sp = cn_guard.stack, .ss_size = sizeof cn_guard.stack};
  sigaltstack(&stack, NULL);
  for (int index = 0; index < cn_guard_fatal_count; index++)
    cn_guard_catch(cn_guard_fatal[index], cn_guard_on_fatal, SA_ONSTACK, &cn_guard.previous[index]);
  cn_guard_catch(SIGALRM, cn_guard_on_alarm, 0, NULL);
  cn_guard_catch(SIGPIPE, SIG_IGN, 0, NULL);
}

// The terminal is restored: handlers have nothing left to undo, until it is taken again.
static inline void cn_guard_set_armed(bool armed) { cn_guard.is_armed = armed; }

// Leaves `signal` to the system again.
static inline void cn_guard_unwatch(int signal) { cn_guard_catch(signal, SIG_DFL, 0, NULL); }

// Lets `signal` pass, for as long as it is meant for another program.
static inline void cn_guard_ignore(int signal) { cn_guard_catch(signal, SIG_IGN, 0, NULL); }

// Calls off the deadline of a signal to end, and leaves fatal signals to whom they belonged.
static inline void cn_guard_disarm(void) {
  alarm(0);
  cn_guard.is_armed = 0;
  for (int index = 0; index < cn_guard_fatal_count; index++)
    sigaction(cn_guard_fatal[index], &cn_guard.previous[index], NULL);
}

// Stops the process as Ctrl-Z would, and returns when it is continued.
static inline void cn_guard_stop(void) {
  cn_guard_unwatch(SIGTSTP);
  cn_guard_unblock(SIGTSTP);
  raise(SIGTSTP);
  cn_guard_watch(SIGTSTP);
}

// The size of the terminal; false where it does not tell.
static inline bool cn_guard_size(int *columns, int *rows) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return true;
}
