/// The Python program that takes, holds, releases and abandons locks for the race.
enum RaceWorker {
  /// One process that starts workers, a few at a time, until its input ends a line.
  ///
  /// Arguments: a seed, a file for the results, then directories, whose names begin with the style.
  /// Each worker is a process of its own. While it works under the lock it also has a `flock` on a
  /// witness: two at a time would see each other there. In the end it looks whether the lock is still
  /// the file that it took, with the bytes that it wrote, and says `removed` if it is not. What it does
  /// stands with its monotonic time in the directory's `trace`, beside the clears.
  ///
  /// `forked` and `wrapped`: the process whose number is in the lock ends at once, or is killed, and a
  /// child in its session goes on. `unnamed`: the same, with nothing but the open log to show for it.
  /// `heartbeat`: an empty file whose time it moves, and the open log. `flockpid` leaves its number in
  /// a file that it locks, `flockcmd` never changes the file, `lockf` takes a POSIX lock.
  static let program = """
    import fcntl, os, random, select, signal, sys, time

    chance = random.Random(int(sys.argv[1]))
    results = os.open(sys.argv[2], os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    directories = sys.argv[3:]

    KERNEL = ("flock", "flockpid", "flockcmd", "lockf")
    FORKED = ("forked", "wrapped", "unnamed")
    NUMBERED = ("pid",) + FORKED

    def say(word): os.write(results, (word + "\\n").encode())

    class Lock:
      def __init__(self, directory):
        self.path = directory + "/mem0_queue.lock"
        self.trace = os.open(directory + "/trace", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self.style = os.path.basename(directory).split("-")[0]

      def note(self, event, moment=None):
        moment = moment or time.monotonic_ns()
        os.write(self.trace, b"%d worker %d %s\\n" % (moment, os.getpid(), event.encode()))

      def take(self):
        self.bytes = b""
        if self.style in KERNEL:
          self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
          try:
            if self.style == "lockf": fcntl.lockf(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else: fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
          except BlockingIOError: return False
          if self.style == "flockcmd": self.bytes = os.pread(self.fd, 100, 0)
          else: os.ftruncate(self.fd, 0)
          if self.style == "flockpid":
            self.bytes = b"%d" % os.getpid()
            os.pwrite(self.fd, self.bytes, 0)
        else:
          if self.style in ("unnamed", "heartbeat"):
            self.log = os.open(os.path.dirname(self.path) + "/logs/mem0_worker.log", os.O_WRONLY | os.O_APPEND)
          if self.style in ("forked", "wrapped"): os.setsid()
          try: self.fd = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
          except FileExistsError: return False
        self.inode = os.fstat(self.fd).st_ino
        if self.style == "heartbeat": os.close(self.fd)
        if self.style in NUMBERED:
          self.bytes = b"%d" % os.getpid()
          os.write(self.fd, self.bytes)
          os.close(self.fd)
        if self.style in FORKED and os.fork() != 0:
          if self.style == "wrapped": os.kill(os.getpid(), signal.SIGKILL)
          os._exit(0)
        if self.style == "unnamed": os.setsid()
        return True

      def keep(self, hold):
        end = time.monotonic() + hold
        while self.style == "heartbeat" and time.monotonic() < end:
          try: os.utime(self.path)
          except FileNotFoundError: return
          time.sleep(0.0005)
        time.sleep(max(end - time.monotonic(), 0))

      def is_ours(self):
        try:
          # Not by opening it: to close it again would give a POSIX lock back.
          if self.style in KERNEL:
            return os.stat(self.path).st_ino == self.inode and os.pread(self.fd, 100, 0) == self.bytes
          with open(self.path, "rb") as file:
            return os.fstat(file.fileno()).st_ino == self.inode and file.read() == self.bytes
        except FileNotFoundError: return False

      def release(self):
        if self.style in KERNEL: os.close(self.fd)
        else: os.unlink(self.path)

    def work(directory, hold, end):
      lock = Lock(directory)
      witness = os.open(directory + "/witness", os.O_CREAT | os.O_RDWR, 0o600)
      if not lock.take(): return
      taken = time.monotonic_ns()
      try: fcntl.flock(witness, fcntl.LOCK_EX | fcntl.LOCK_NB)
      except BlockingIOError:
        lock.note("two")
        say("two\\ntwo in " + lock.style)
      lock.note("took %d" % lock.inode, taken)
      lock.keep(hold)
      if not lock.is_ours():
        lock.note("removed")
        return say("removed")
      lock.note(end)
      say(end)
      # From here on others may take it, so the witness goes first. The kernel gives the files of a
      # dying process back late and in an order of its own, and a parent may be dying with them.
      fcntl.flock(witness, fcntl.LOCK_UN)
      if end == "killed": os.kill(os.getpid(), signal.SIGKILL)
      if end == "released": lock.release()

    def is_free(directory):
      # A file that stays in place is nearly always free; the others need the time more.
      if os.path.basename(directory).split("-")[0] in KERNEL: return chance.random() < 0.1
      return not os.path.exists(directory + "/mem0_queue.lock")

    print("ready")
    living = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
      directory = chance.choice(directories)
      hold = chance.choice([0, 0.0005, 0.002, 0.006])
      end = chance.choice(["released", "left", "left", "killed", "killed"])
      if not is_free(directory):
        time.sleep(0.0005)
        continue
      if os.fork() == 0:
        try: work(directory, hold, end)
        finally: os._exit(0)
      living += 1
      while living > 0:
        if os.waitpid(-1, os.WNOHANG if living < 4 else 0)[0] == 0: break
        living -= 1
    while living > 0:
      os.waitpid(-1, 0)
      living -= 1
    """
}
