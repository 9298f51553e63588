// Programs that are given a text and for a while the terminal: the pager, and tmux for the clipboard.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// An open file without a name that holds the text and stands at its start; -1 where there is no room.
static inline int cn_text_file(const char *text, size_t length) {
#ifdef MFD_CLOEXEC
  int file = memfd_create("mem0top", MFD_CLOEXEC);
#else
  FILE *nameless = tmpfile();
  int file = nameless == NULL ? -1 : fcntl(fileno(nameless), F_DUPFD_CLOEXEC, 3);
  if (nameless != NULL) fclose(nameless);
#endif
  if (file < 0) return -1;
  for (size_t done = 0; done < length;) {
    ssize_t count = write(file, text + done, length - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      close(file);
      return -1;
    }
    done += (size_t)count;
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

// Starts a shell command that reads `input` and keeps `alive` open until it ends; 0 or the errno.
// Signals are for it what they are for a program that a shell starts.
static inline int cn_guest_start(const char *command, int input, int alive, pid_t *pid) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, alive, alive);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  char *words[] = {"sh", "-c", (char *)command, NULL};
  int problem = posix_spawn(pid, "/bin/sh", &files, &attributes, words, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return problem;
}

// The exit status of a guest that has ended as a shell tells it; -1 while it runs.
static inline int cn_guest_status(pid_t pid, bool waits) {
  int status = 0;
  pid_t ended;
  do ended = waitpid(pid, &status, waits ? 0 : WNOHANG);
  while (ended < 0 && errno == EINTR);
  if (ended != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
