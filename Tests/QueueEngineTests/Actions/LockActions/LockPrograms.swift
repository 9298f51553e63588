/// What Python programs do with a lock, by the path in their first argument.
enum LockPrograms {
  /// Has a `flock` on a file that stays in place.
  static let flocking = """
    import fcntl, sys
    f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX); print("ready"); input()
    """

  /// Has the file open for writing and does no more.
  static let writing = """
    import sys
    f = open(sys.argv[1], "a"); print("ready"); input()
    """

  /// Has created a file with its process id, and removes it in the end.
  static let pidFile = """
    import os, sys
    f = os.open(sys.argv[1], os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    os.write(f, b"%d" % os.getpid()); os.close(f)
    print("ready"); input(); os.unlink(sys.argv[1])
    """

  /// Does nothing, until it is told to end.
  static let idling = "print('ready'); input()"

  /// Says for each of the three ways in which workers lock whether it got the lock.
  static let attempting = """
    import fcntl, os, sys
    def flocked():
      f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    def locked():
      f = open(sys.argv[1], "a"); fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
    def created(): os.open(sys.argv[1], os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    def outcome(attempt):
      try: attempt()
      except OSError: return "no"
      return "yes"
    print(outcome(flocked), outcome(locked), outcome(created))
    """
}
