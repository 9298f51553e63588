/// What the Python processes do that hold the lock of a test.
enum LockHolder {
  /// Has a `flock` on the file in its argument, which stays in place.
  static let flocking = """
    import fcntl, sys
    f = open(sys.argv[1], "a"); fcntl.flock(f, fcntl.LOCK_EX); print("ready"); input()
    """

  /// Has created the file in its argument with its process id, and never removes it.
  static let recorded = """
    import os, sys
    f = open(sys.argv[1], "x"); f.write(str(os.getpid())); f.close(); print("ready"); input()
    """
}
