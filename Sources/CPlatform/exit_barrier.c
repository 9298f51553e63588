#include "CPlatform.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

// Of signals, the number that is none included.
enum { count = NSIG };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t idle = PTHREAD_COND_INITIALIZER;
static int depth;
static int is_closed;
static bool is_caught[count];
static volatile sig_atomic_t has_come[count];

// Whether a signal ends or stops a program by default and can be sent by somebody: a terminal, a
// service manager, a timer or a limit that was inherited. Left out are those that a fault of the
// program raises (SEGV, ABRT ...), and TTIN and TTOU, after which a caught call would begin again
// for ever.
static bool is_deferred(int number) {
  switch (number) {
  case SIGHUP: case SIGINT: case SIGQUIT: case SIGTERM: case SIGTSTP: case SIGALRM: case SIGVTALRM:
  case SIGPROF: case SIGUSR1: case SIGUSR2: case SIGPIPE: case SIGXCPU: case SIGXFSZ:
    return true;
#ifdef __linux__
  case SIGIO: case SIGPWR: case SIGSTKFLT:
    return true;
  default:
    return number >= SIGRTMIN && number <= SIGRTMAX;
#else
  default:
    return false;
#endif
  }
}

static void note(int number) { has_come[number] = 1; }

// Only where a signal would do what it does by default: whoever handles it himself knows better.
static void catch_signals(void) {
  for (int number = 1; number < count; number++) {
    struct sigaction action;
    is_caught[number] = false;
    if (!is_deferred(number) || sigaction(number, NULL, &action) != 0) continue;
    if ((action.sa_flags & SA_SIGINFO) || action.sa_handler != SIG_DFL) continue;
    has_come[number] = 0;
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    is_caught[number] = sigaction(number, &action, NULL) == 0;
  }
}

// To this thread, and unblocked here: sent to the process it would wait for some other thread to run,
// and this one might have exited with a status of its own by then.
static void deliver(int number) {
  sigset_t only, former;
  sigemptyset(&only);
  sigaddset(&only, number);
  pthread_sigmask(SIG_UNBLOCK, &only, &former);
  raise(number);
  pthread_sigmask(SIG_SETMASK, &former, NULL);
}

static void deliver_signals(void) {
  for (int number = 1; number < count; number++) {
    if (!is_caught[number]) continue;
    signal(number, SIG_DFL);
    if (has_come[number]) deliver(number);
  }
}

int platform_exit_barrier_enter(void) {
  pthread_mutex_lock(&mutex);
  int may_enter = !is_closed;
  if (may_enter && depth++ == 0) catch_signals();
  pthread_mutex_unlock(&mutex);
  return may_enter;
}

void platform_exit_barrier_leave(void) {
  pthread_mutex_lock(&mutex);
  if (--depth == 0) {
    deliver_signals();
    pthread_cond_broadcast(&idle);
  }
  pthread_mutex_unlock(&mutex);
}

int platform_exit_barrier_close(int64_t timeout_ns) {
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  int64_t end = (int64_t)limit.tv_nsec + timeout_ns;
  limit.tv_sec += end / 1000000000;
  limit.tv_nsec = end % 1000000000;
  pthread_mutex_lock(&mutex);
  is_closed = 1;
  int code = 0;
  while (depth > 0 && code != ETIMEDOUT) code = pthread_cond_timedwait(&idle, &mutex, &limit);
  int is_idle = depth == 0;
  pthread_mutex_unlock(&mutex);
  return is_idle;
}

void platform_exit_barrier_open(void) {
  pthread_mutex_lock(&mutex);
  is_closed = 0;
  pthread_mutex_unlock(&mutex);
}
