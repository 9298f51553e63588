#pragma once

#include <stdbool.h>
#include <stdint.h>

// What Swift cannot see of the system: statx and its birth time, open-file-description locks, raw
// directory entries. Every function returns 0 (or a count) on success and the negative errno
// otherwise, so that no caller depends on errno surviving until it looks.

/// What the system says about one file.
struct platform_file_facts {
  uint64_t device;
  uint64_t inode;
  uint64_t mount;
  int64_t size;
  int64_t modified_ns;
  int64_t changed_ns;
  /// Meaningful only where has_birth is set.
  int64_t birth_ns;
  uint32_t mode;
  uint32_t owner;
  uint32_t links;
  bool has_birth;
  /// Names can be added to the directory, and none taken away.
  bool is_append_only;
  /// Nothing can be changed, nor the name be given to another file.
  bool is_immutable;
};

/// Looks at path, relative to directory (or absolute); a symbolic link is not followed.
int platform_stat(int directory, const char *path, struct platform_file_facts *facts);

/// Looks at path with symbolic links followed.
int platform_stat_target(const char *path, struct platform_file_facts *facts);

/// Looks at an open file.
int platform_stat_open(int descriptor, struct platform_file_facts *facts);

/// Takes an exclusive lock on the whole file that belongs to the open file description and not to
/// the process; never waits. On systems without them an ordinary POSIX lock.
int platform_lock_description(int descriptor);

/// Takes an exclusive lock on one byte of a file that belongs to the open file description; never waits.
int platform_lock_byte(int descriptor, int64_t offset);

/// Gives a file another name unless something has that name already (-EEXIST), in one step: the file
/// never has both names, nor none.
int platform_rename_exclusively(const char *from, const char *to);

/// A descriptor that stands for a process and not for its number, so that a signal sent through it
/// cannot reach a later process; it becomes readable when the process ends. -ENOSYS where there is none.
int platform_open_process(int32_t pid);

/// Sends a signal through such a descriptor.
int platform_signal_process(int process, int signal);

/// The magic number of the file system that an open file lies on; 0 where that is not known.
uint64_t platform_file_system_type(int descriptor);

/// Makes this thread, and no other, use files as a user and a group; 0 where that took effect.
int platform_use_files_as(uint32_t user, uint32_t group);

/// Whether some bytes stand anywhere in others.
bool platform_contains(const void *text, long length, const void *part, long part_length);

/// Whether the calling thread uses files as the process's own user.
bool platform_uses_files_as_itself(void);

/// Wall-clock time since 1970, in nanoseconds.
int64_t platform_wall_clock_ns(void);

/// Time since the boot, that spent asleep included, in nanoseconds.
int64_t platform_boot_clock_ns(void);

/// Time since the boot without that spent asleep, in nanoseconds.
int64_t platform_awake_clock_ns(void);

/// Waits so many nanoseconds, signals or not.
void platform_wait_ns(int64_t nanoseconds);

/// Lets the disk begin with what was written to a file; it waits for nothing, and promises nothing.
void platform_start_writing(int descriptor);

/// Takes a lease on an open file: -EAGAIN where somebody else has it open, too. Whoever opens it from
/// then on waits until the lease is given back, or the file closed.
int platform_take_lease(int descriptor);

/// Whether somebody waits to open the file.
bool platform_is_lease_wanted(int descriptor);

/// Gives the lease back.
void platform_give_lease_back(int descriptor);

/// Sets the modification time of an open file, in nanoseconds since 1970.
int platform_set_modified_ns(int descriptor, int64_t nanoseconds);

/// The major and minor number of a device, as the kernel's tables print it.
uint32_t platform_device_major(uint64_t device);
uint32_t platform_device_minor(uint64_t device);

/// Lets go of the pages of our program's code and constants; those that are needed come back by
/// themselves, from the file. Nothing is ever written there.
void platform_release_code(void);

/// The arguments of this process, the name of the program first, as the process was started with them;
/// none where the C library does not tell.
int platform_argument_count(void);
const char *platform_argument(int place);

/// The variables of this process, NAME=VALUE each, and NULL after the last.
char *const *platform_environment(void);

/// Whether so many further threads may run at once: they are started, and end.
int platform_try_threads(int count);

/// Enters a part in which the process must not end or stop; 0 where nobody may enter any more.
///
/// From the first entry to the last leaving, signals that would end or stop the process by default
/// wait, those of timers, limits and real-time queues among them; they are delivered then. Any thread
/// may enter, and leave.
int platform_exit_barrier_enter(void);
void platform_exit_barrier_leave(void);

/// Lets nobody enter any more, and waits until all have left; 0 where they have not in that time.
int platform_exit_barrier_close(int64_t timeout_ns);

/// Lets enter again.
void platform_exit_barrier_open(void);

#ifdef __linux__
/// A file that is looked for among open ones: which it is, and the hash of the last part of its path.
struct platform_file_name {
  uint64_t device;
  uint64_t inode;
  uint64_t name_hash;
};

/// A number of the last part of a path, by which names are compared.
uint64_t platform_hash_of_name(const char *name, long length);

/// An open descriptor that leads to one of the files, by its place in their list.
struct platform_descriptor {
  int descriptor;
  int file;
};

/// Finds the descriptors of a process that lead to one of the given files.
///
/// path is that of the process or thread, relative to the directory /proc. Writes at most capacity
/// descriptors and returns how many there were, or, where none was found and not all could be looked
/// at, the negated error: who may list them need not be allowed to see them (root without
/// CAP_SYS_PTRACE). A file is looked at only where its name or its inode number fits: to look through
/// a dead mount may take for ever.
int platform_find_descriptors(
  int proc, const char *path, const struct platform_file_name *files, int file_count,
  struct platform_descriptor *found, int capacity);

/// 1 where two threads have one table of open files, 0 where each has its own, or the negated error.
int platform_shares_descriptors(int32_t one, int32_t other);

/// What the kernel knows of one TCP socket of our network namespace.
struct platform_tcp_socket {
  uint64_t inode;
  /// Bytes that the other side has acknowledged, and bytes that came from it, since the start.
  uint64_t acked;
  uint64_t received;
  /// Milliseconds since data was last sent, came, or was acknowledged.
  uint32_t since_sent_ms;
  uint32_t since_received_ms;
  uint32_t since_acked_ms;
  /// Bytes sent that nobody has acknowledged yet.
  uint32_t unanswered;
  /// The other side, in network order; an IPv4 address is the first word.
  uint32_t address[4];
  uint16_t port;
  uint8_t family;
  uint8_t state;
};

/// Lists the TCP sockets; returns how many there are, of which at most capacity are written, or the
/// negated error.
int platform_list_tcp(struct platform_tcp_socket *found, int capacity);

/// The commit that the build was made of; empty where it named none.
const char *platform_commit(void);
#endif
