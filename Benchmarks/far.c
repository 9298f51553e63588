// A far side for the benchmark: says again what a real one said, after the same pauses, until its input ends.
//
// Usage: far RECORDING …; each line of the recording is milliseconds, a blank, and what to say. The first
// COUNT lines (the recording's first line is that number) are said once, the others again and again.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Waits so long, or ends with the input.
static void pause_for(long milliseconds) {
  struct pollfd input = {0, POLLIN, 0};
  char bytes[4096];
  while (poll(&input, 1, (int)milliseconds) == 1)
    if (read(0, bytes, sizeof bytes) <= 0) exit(0);
}

int main(int count, char **words) {
  FILE *file = count > 1 ? fopen(words[1], "r") : NULL;
  if (!file) return 1;
  size_t room = 0;
  char *line = NULL;
  if (getline(&line, &room, file) < 0) return 1;
  long once = atol(line), number = 0;
  off_t again = ftell(file);
  // Machines are not in step.
  srand((unsigned)getpid());
  long late = rand() % 1000;
  while (1) {
    if (getline(&line, &room, file) < 0) {
      if (number <= once) pause_for(-1);
      fseek(file, again, SEEK_SET);
      continue;
    }
    char *text = strchr(line, ' ');
    pause_for(atol(line) + (number == once ? late : 0));
    fputs(text + 1, stdout);
    fflush(stdout);
    if (++number == once) again = ftell(file);
  }
}
