#include "CPlatform.h"

#ifdef __linux__
#include <sys/fsuid.h>
#include <unistd.h>

// The calls belong to the calling thread alone, and tell nothing of a failure but the id that is
// still there. The group goes first on the way down and last on the way up, while its right is there.
int platform_use_files_as(uint32_t user, uint32_t group) {
  if (user == 0) { setfsuid(user); }
  setfsgid(group);
  if (user != 0) { setfsuid(user); }
  int is_set = setfsuid((uid_t)-1) == (int)user && setfsgid((gid_t)-1) == (int)group;
  return is_set ? 0 : -1;
}

bool platform_uses_files_as_itself(void) { return setfsuid((uid_t)-1) == (int)geteuid(); }
#else
bool platform_uses_files_as_itself(void) { return true; }

int platform_use_files_as(uint32_t user, uint32_t group) {
  (void)user;
  (void)group;
  return -1;
}
#endif
