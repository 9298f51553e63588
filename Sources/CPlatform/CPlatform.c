#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) { return 0; }
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t platform_wall_clock_ns(void) { return read_clock(CLOCK_REALTIME); }

static struct timespec spec(int64_t nanoseconds) {
  return (struct timespec){.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
}

void platform_wait_ns(int64_t nanoseconds) {
  struct timespec rest = spec(nanoseconds);
  while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {}
}

int platform_set_modified_ns(int descriptor, int64_t nanoseconds) {
  struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, spec(nanoseconds)};
  return futimens(descriptor, times) == 0 ? 0 : -errno;
}

#ifdef __linux__
int64_t platform_boot_clock_ns(void) { return read_clock(CLOCK_BOOTTIME); }
int64_t platform_awake_clock_ns(void) { return read_clock(CLOCK_MONOTONIC); }
#else
int64_t platform_boot_clock_ns(void) { return read_clock(CLOCK_MONOTONIC); }
int64_t platform_awake_clock_ns(void) { return read_clock(CLOCK_UPTIME_RAW); }
#endif

#ifdef __linux__

#include <arpa/inet.h>
#include <dirent.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/vfs.h>

static int64_t nanoseconds(const struct statx_timestamp *time) {
  int64_t whole = 0;
  if (__builtin_mul_overflow(time->tv_sec, INT64_C(1000000000), &whole) ||
      __builtin_add_overflow(whole, (int64_t)time->tv_nsec, &whole)) {
    return time->tv_sec < 0 ? INT64_MIN : INT64_MAX;
  }
  return whole;
}

/// `statx` until no signal cuts it short, as file systems over a network or in a process allow.
static int statx_whole(int directory, const char *path, int flags, unsigned mask, struct statx *found) {
  int result;
  do {
    result = statx(directory, path, flags, mask, found);
  } while (result != 0 && errno == EINTR);
  return result;
}

static int look(int directory, const char *path, int flags, struct platform_file_facts *facts) {
  struct statx found;
  memset(&found, 0, sizeof found);
  unsigned mask = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID;
  if (statx_whole(directory, path, flags, mask, &found) != 0) { return -errno; }
  memset(facts, 0, sizeof *facts);
  facts->device = makedev(found.stx_dev_major, found.stx_dev_minor);
  facts->inode = found.stx_ino;
  facts->mount = (found.stx_mask & STATX_MNT_ID) ? found.stx_mnt_id : 0;
  facts->size = (int64_t)found.stx_size;
  facts->modified_ns = nanoseconds(&found.stx_mtime);
  facts->changed_ns = nanoseconds(&found.stx_ctime);
  facts->has_birth = (found.stx_mask & STATX_BTIME) != 0;
  facts->birth_ns = facts->has_birth ? nanoseconds(&found.stx_btime) : 0;
  facts->mode = found.stx_mode;
  facts->owner = found.stx_uid;
  facts->links = found.stx_nlink;
  facts->is_append_only = (found.stx_attributes & STATX_ATTR_APPEND) != 0;
  facts->is_immutable = (found.stx_attributes & STATX_ATTR_IMMUTABLE) != 0;
  return 0;
}

int platform_stat(int directory, const char *path, struct platform_file_facts *facts) {
  return look(directory, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, facts);
}

int platform_stat_target(const char *path, struct platform_file_facts *facts) {
  return look(AT_FDCWD, path, 0, facts);
}

int platform_stat_open(int descriptor, struct platform_file_facts *facts) {
  return look(descriptor, "", AT_EMPTY_PATH, facts);
}

uint64_t platform_file_system_type(int descriptor) {
  struct statfs system;
  if (fstatfs(descriptor, &system) != 0) { return 0; }
  return (uint32_t)system.f_type;
}

int platform_rename_exclusively(const char *from, const char *to) {
  // RENAME_NOREPLACE, which not every libc names.
  return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1) == 0 ? 0 : -errno;
}

void platform_start_writing(int descriptor) {
  sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int platform_take_lease(int descriptor) {
  // By default the kernel tells that somebody opens the file by SIGIO, which ends the process.
  if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) { return -errno; }
  return fcntl(descriptor, F_SETLEASE, F_WRLCK) == 0 ? 0 : -errno;
}

bool platform_is_lease_wanted(int descriptor) { return fcntl(descriptor, F_GETLEASE) != F_WRLCK; }

void platform_give_lease_back(int descriptor) { fcntl(descriptor, F_SETLEASE, F_UNLCK); }

int platform_open_process(int32_t pid) {
#ifdef SYS_pidfd_open
  int process = (int)syscall(SYS_pidfd_open, pid, 0);
  return process >= 0 ? process : -errno;
#else
  (void)pid;
  return -ENOSYS;
#endif
}

int platform_signal_process(int process, int signal) {
#ifdef SYS_pidfd_send_signal
  return syscall(SYS_pidfd_send_signal, process, signal, NULL, 0) == 0 ? 0 : -errno;
#else
  (void)process;
  (void)signal;
  return -ENOSYS;
#endif
}

bool platform_contains(const void *text, long length, const void *part, long part_length) {
  return memmem(text, (size_t)length, part, (size_t)part_length) != NULL;
}

uint32_t platform_device_major(uint64_t device) { return major(device); }
uint32_t platform_device_minor(uint64_t device) { return minor(device); }

struct entry {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

// 1 where the entry leads to the file, 0 where it does not, or the negated error.
static int is_file(int directory, const char *name, const struct platform_file_name *file) {
  struct statx found;
  int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
  if (statx(directory, name, flags, STATX_INO, &found) != 0) {
    int error = errno;
    // A FUSE mount tells nobody but its owner more than the device; the file does not lie on it mostly.
    if (statx(directory, name, flags, 0, &found) != 0) { return -error; }
    return makedev(found.stx_dev_major, found.stx_dev_minor) == file->device ? -error : 0;
  }
  return found.stx_ino == file->inode && makedev(found.stx_dev_major, found.stx_dev_minor) == file->device;
}

uint64_t platform_hash_of_name(const char *name, long length) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (long at = 0; at < length; at++) { hash = (hash ^ (unsigned char)name[at]) * UINT64_C(0x100000001B3); }
  return hash;
}

// The inode number of an open file by what the kernel says of it; 0 where an old kernel does not.
static uint64_t inode_of(int proc, const char *path, const char *descriptor) {
  char text[1024];
  snprintf(text, sizeof text, "%s/fdinfo/%s", path, descriptor);
  int file = openat(proc, text, O_RDONLY | O_CLOEXEC);
  if (file < 0) { return 0; }
  long length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) { return 0; }
  text[length] = 0;
  const char *line = strstr(text, "\nino:");
  return line ? strtoull(line + 5, NULL, 10) : 0;
}

// Whether an entry may be the file: a look at the file itself could wait for a dead server for ever,
// so its name and its inode number are asked first, which the kernel has at hand.
static bool may_be(
  int proc, const char *path, const char *descriptor, const char *target, long length,
  const struct platform_file_name *file, uint64_t *inode) {
  const char *base = memrchr(target, '/', (size_t)length);
  if (base && file->name_hash == platform_hash_of_name(base + 1, target + length - base - 1)) {
    return true;
  }
  if (*inode == UINT64_MAX) { *inode = inode_of(proc, path, descriptor); }
  return *inode == 0 || *inode == file->inode;
}

static bool is_of_no_file(const char *target, long length) {
  static const char *const others[] = {"socket:[", "pipe:[", "anon_inode:", "/memfd:", "/dev/pts/", "/dev/null"};
  for (size_t at = 0; at < sizeof others / sizeof *others; at++) {
    size_t size = strlen(others[at]);
    if ((size_t)length >= size && memcmp(target, others[at], size) == 0) { return true; }
  }
  return false;
}

int platform_find_descriptors(
  int proc, const char *path, const struct platform_file_name *files, int file_count,
  struct platform_descriptor *found, int capacity) {
  _Alignas(struct entry) char buffer[8192];
  char target[4096];
  int count = 0;
  int failure = 0;
  bool is_closed = false;
  snprintf(target, sizeof target, "%s/fd", path);
  int directory = openat(proc, target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) { return -errno; }
  while (!is_closed) {
    long filled = syscall(SYS_getdents64, directory, buffer, sizeof buffer);
    if (filled < 0) { failure = -errno; }
    if (filled <= 0) { break; }
    for (long at = 0; at < filled && !is_closed;) {
      const struct entry *entry = (const struct entry *)(buffer + at);
      at += entry->length;
      if (entry->name[0] < '0' || entry->name[0] > '9') { continue; }
      long length = readlinkat(directory, entry->name, target, sizeof target);
      if (length < 0) {
        if (errno != ENOENT) { failure = -errno; }
        is_closed = errno == EACCES || errno == EPERM;
        continue;
      }
      if (is_of_no_file(target, length)) { continue; }
      uint64_t number = UINT64_MAX;
      for (int index = 0; index < file_count; index++) {
        if (!may_be(proc, path, entry->name, target, length, &files[index], &number)) { continue; }
        int outcome = is_file(directory, entry->name, &files[index]);
        if (outcome > 0) {
          if (count < capacity) {
            found[count] = (struct platform_descriptor){.descriptor = atoi(entry->name), .file = index};
          }
          count += 1;
        } else if (outcome < 0 && outcome != -ENOENT) {
          failure = outcome;
        }
      }
    }
  }
  close(directory);
  return count > 0 ? count : failure;
}

int platform_shares_descriptors(int32_t one, int32_t other) {
  // KCMP_FILES
  long outcome = syscall(SYS_kcmp, one, other, 2, 0, 0);
  return outcome < 0 ? -errno : outcome == 0;
}

static void note_socket(
  const struct inet_diag_msg *message, long length, struct platform_tcp_socket *socket) {
  memset(socket, 0, sizeof *socket);
  socket->inode = message->idiag_inode;
  socket->state = message->idiag_state;
  socket->family = message->idiag_family;
  socket->unanswered = message->idiag_wqueue;
  memcpy(socket->address, message->id.idiag_dst, sizeof socket->address);
  socket->port = ntohs(message->id.idiag_dport);
  for (const struct rtattr *part = (const struct rtattr *)(message + 1); RTA_OK(part, length);
       part = RTA_NEXT(part, length)) {
    if (part->rta_type != INET_DIAG_INFO) { continue; }
    struct tcp_info info;
    memset(&info, 0, sizeof info);
    size_t size = RTA_PAYLOAD(part);
    memcpy(&info, RTA_DATA(part), size < sizeof info ? size : sizeof info);
    socket->acked = info.tcpi_bytes_acked;
    socket->received = info.tcpi_bytes_received;
    socket->since_sent_ms = info.tcpi_last_data_sent;
    socket->since_received_ms = info.tcpi_last_data_recv;
    socket->since_acked_ms = info.tcpi_last_ack_recv;
  }
}

// Adds the TCP sockets of one address family; 0 or the negated error.
static int list_family(
  int link, unsigned char family, struct platform_tcp_socket *found, int capacity, int *count) {
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 request;
  } question = {
    .header = {
      .nlmsg_len = sizeof question, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
    .request = {
      .sdiag_family = family, .sdiag_protocol = IPPROTO_TCP, .idiag_ext = 1 << (INET_DIAG_INFO - 1),
      .idiag_states = UINT32_MAX},
  };
  if (send(link, &question, sizeof question, 0) < 0) { return -errno; }
  _Alignas(struct nlmsghdr) char buffer[16384];
  while (true) {
    long filled = recv(link, buffer, sizeof buffer, 0);
    if (filled < 0 && errno == EINTR) { continue; }
    if (filled <= 0) { return filled < 0 ? -errno : -EPROTO; }
    for (const struct nlmsghdr *header = (const struct nlmsghdr *)buffer; NLMSG_OK(header, filled);
         header = NLMSG_NEXT(header, filled)) {
      if (header->nlmsg_type == NLMSG_DONE) { return 0; }
      if (header->nlmsg_type == NLMSG_ERROR) { return -EPROTO; }
      const struct inet_diag_msg *message = NLMSG_DATA(header);
      long length = (long)header->nlmsg_len - (long)NLMSG_LENGTH(sizeof *message);
      if (length < 0) { continue; }
      if (*count < capacity) { note_socket(message, length, &found[*count]); }
      *count += 1;
    }
  }
}

int platform_list_tcp(struct platform_tcp_socket *found, int capacity) {
  int count = 0;
  int link = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (link < 0) { return -errno; }
  struct timeval timeout = {.tv_usec = 200000};
  setsockopt(link, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  const unsigned char families[] = {AF_INET, AF_INET6};
  for (size_t at = 0; at < sizeof families; at++) {
    int outcome = list_family(link, families[at], found, capacity, &count);
    if (outcome < 0) {
      close(link);
      return outcome;
    }
  }
  close(link);
  return count;
}

// Where the linker has put the program and the end of its code.
extern const char __executable_start[], etext[];

void platform_release_code(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = (uintptr_t)__executable_start & ~(page - 1);
  uintptr_t end = (uintptr_t)etext & ~(page - 1);
  if (start < end) { madvise((void *)start, end - start, MADV_DONTNEED); }
}

#else

#include <sys/types.h>

void platform_release_code(void) {}

static int64_t nanoseconds(struct timespec time) {
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void fill(const struct stat *found, struct platform_file_facts *facts) {
  memset(facts, 0, sizeof *facts);
  facts->device = (uint64_t)(uint32_t)found->st_dev;
  facts->inode = found->st_ino;
  facts->size = found->st_size;
  facts->modified_ns = nanoseconds(found->st_mtimespec);
  facts->changed_ns = nanoseconds(found->st_ctimespec);
  facts->has_birth = true;
  facts->birth_ns = nanoseconds(found->st_birthtimespec);
  facts->mode = found->st_mode;
  facts->owner = found->st_uid;
  facts->links = found->st_nlink;
  facts->is_append_only = (found->st_flags & (UF_APPEND | SF_APPEND)) != 0;
}

int platform_stat(int directory, const char *path, struct platform_file_facts *facts) {
  struct stat found;
  if (fstatat(directory, path, &found, AT_SYMLINK_NOFOLLOW) != 0) { return -errno; }
  fill(&found, facts);
  return 0;
}

int platform_stat_target(const char *path, struct platform_file_facts *facts) {
  struct stat found;
  if (stat(path, &found) != 0) { return -errno; }
  fill(&found, facts);
  return 0;
}

int platform_stat_open(int descriptor, struct platform_file_facts *facts) {
  struct stat found;
  if (fstat(descriptor, &found) != 0) { return -errno; }
  fill(&found, facts);
  return 0;
}

uint64_t platform_file_system_type(int descriptor) {
  (void)descriptor;
  return 0;
}

int platform_rename_exclusively(const char *from, const char *to) {
  return renamex_np(from, to, RENAME_EXCL) == 0 ? 0 : -errno;
}

void platform_start_writing(int descriptor) { (void)descriptor; }

int platform_take_lease(int descriptor) {
  (void)descriptor;
  return -ENOTSUP;
}

bool platform_is_lease_wanted(int descriptor) {
  (void)descriptor;
  return false;
}

void platform_give_lease_back(int descriptor) { (void)descriptor; }

int platform_open_process(int32_t pid) {
  (void)pid;
  return -ENOSYS;
}

int platform_signal_process(int process, int signal) {
  (void)process;
  (void)signal;
  return -ENOSYS;
}

uint32_t platform_device_major(uint64_t device) { return major((dev_t)device); }
uint32_t platform_device_minor(uint64_t device) { return minor((dev_t)device); }

#endif

extern char **environ;

char *const *platform_environment(void) { return environ; }

static int change_lock(int descriptor, short type, int64_t start, int64_t length) {
  struct flock request;
  memset(&request, 0, sizeof request);
  request.l_type = type;
  request.l_whence = SEEK_SET;
  request.l_start = (off_t)start;
  request.l_len = (off_t)length;
#ifdef F_OFD_SETLK
  int command = F_OFD_SETLK;
#else
  int command = F_SETLK;
#endif
  return fcntl(descriptor, command, &request) == 0 ? 0 : -errno;
}

int platform_lock_description(int descriptor) { return change_lock(descriptor, F_WRLCK, 0, 0); }

int platform_lock_byte(int descriptor, int64_t offset) {
  return change_lock(descriptor, F_WRLCK, offset, 1);
}
