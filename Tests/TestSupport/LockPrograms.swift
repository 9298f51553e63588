/// What Python programs do with a lock, by the path in their first argument.
package enum LockPrograms {
  /// Has a `flock` on a file that stays in place.
  package static let flocking = """
    import fcntl, sys
    f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX); print("ready"); input()
    """

  /// Has the file open for writing and does no more.
  package static let writing = """
    import sys
    f = open(sys.argv[1], "a"); print("ready"); input()
    """

  /// Has created a file with its process id, and never removes it.
  package static let recorded = """
    import os, sys
    f = open(sys.argv[1], "x"); f.write(str(os.getpid())); f.close(); print("ready"); input()
    """

  /// Has written its process id, locked the file and died; a child of it, whose id it says, has the lock.
  package static let inheriting = """
    import fcntl, os, sys
    f = open(sys.argv[1], "w"); f.write(str(os.getpid())); f.flush()
    fcntl.flock(f, fcntl.LOCK_EX)
    child = os.fork()
    if child: print(child); sys.stdout.flush(); os._exit(0)
    sys.stdin.readline()
    """

  /// Has created a file with its process id, and removes it in the end.
  package static let pidFile = """
    import os, sys
    f = os.open(sys.argv[1], os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    os.write(f, b"%d" % os.getpid()); os.close(f)
    print("ready"); input(); os.unlink(sys.argv[1])
    """

  /// Does nothing, until it is told to end.
  package static let idling = "print('ready'); input()"

  /// Says for each of the three ways in which workers lock whether it got the lock.
  package static let attempting = """
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
