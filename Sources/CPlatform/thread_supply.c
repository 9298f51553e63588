#include "CPlatform.h"

#include <pthread.h>

static void *wait_at_gate(void *gate) {
  pthread_mutex_lock(gate);
  pthread_mutex_unlock(gate);
  return NULL;
}

int platform_try_threads(int count) {
  pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
  pthread_t threads[count];
  int started = 0;
  int code = 0;
  pthread_mutex_lock(&gate);
  while (started < count && code == 0) {
    code = pthread_create(&threads[started], NULL, wait_at_gate, &gate);
    if (code == 0) started++;
  }
  pthread_mutex_unlock(&gate);
  while (started > 0) pthread_join(threads[--started], NULL);
  pthread_mutex_destroy(&gate);
  return -code;
}
