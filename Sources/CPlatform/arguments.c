#include "CPlatform.h"

static int count;
static char *const *words;

/* The C library hands the arguments of the process to what runs before main, as the kernel laid them
   out; a library that was loaded before may have moved environ, from which others look for them. */
__attribute__((constructor)) static void remember(int argc, char **argv, char **envp) {
  (void)envp;
  count = argc;
  words = argv;
}

int platform_argument_count(void) { return words ? count : 0; }

const char *platform_argument(int place) {
  return words && place >= 0 && place < count ? words[place] : 0;
}
