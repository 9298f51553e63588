#include "CPlatform.h"

#ifndef MEM0TOP_COMMIT
#define MEM0TOP_COMMIT ""
#endif

const char *platform_commit(void) { return MEM0TOP_COMMIT; }
