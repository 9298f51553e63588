/// An independent worker in Python that rewrites the dead letters under the lock, in one of several styles.
///
/// It counts its rounds in the file, adds items, and takes up each item that is due: it counts that
/// in the item's `acks` and sets `last_attempt`. It writes in place or by a rename, by turns. At the
/// end it says what it did, so that what is missing in the file was lost.
enum RetryRaceWorker {
  enum Style: String, CaseIterable {
    /// It locks a file that stays in place.
    case flock
    /// It creates a file with its process id, and removes it.
    case pidfile
    /// It creates an empty file, and removes it.
    case exclusive
    /// The same, and it moves the file's time while it works.
    case heartbeat
    /// It takes a POSIX lock on a file that stays in place, which teaches nobody a style.
    case lockf
  }

  /// The program, which takes a style, a directory and a seed, and ends at a line on its input.
  static let program = """
    import fcntl, json, os, random, select, sys, time
    style, directory, seed = sys.argv[1:4]
    chance = random.Random(int(seed))
    letters = directory + "/mem0_queue_dlq.json"
    lock = directory + "/mem0_queue.lock"

    def take():
        while True:
            try:
                if style in ("flock", "lockf"):
                    taken = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
                    try:
                        (fcntl.flock if style == "flock" else fcntl.lockf)(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        return taken
                    except BlockingIOError:
                        os.close(taken)
                        raise FileExistsError
                taken = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                if style == "pidfile":
                    os.write(taken, str(os.getpid()).encode())
                os.close(taken)
                return None
            except FileExistsError:
                time.sleep(0.001)

    def release(taken):
        if style in ("flock", "lockf"):
            os.close(taken)
        else:
            os.unlink(lock)

    def work(round):
        with open(letters) as file:
            content = json.load(file)
        content["rounds"] += 1
        if style == "heartbeat":
            os.utime(lock)
        for item in content["items"]:
            if item["last_attempt"] == 0:
                item["acks"] = item.get("acks", 0) + 1
                item["last_attempt"] = time.time()
        if round % 5 == 0:
            content["items"].append({"id": "py-%d" % round, "last_attempt": 1})
        if style == "heartbeat":
            os.utime(lock)
        place = letters if chance.random() < 0.5 else letters + ".tmp"
        with open(place, "w") as file:
            json.dump(content, file)
        if place != letters:
            os.replace(place, letters)

    if style in ("flock", "lockf"):
        open(lock, "a").close()
    rounds, longest = 0, 0.0
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        start = time.monotonic()
        taken = take()
        longest = max(longest, time.monotonic() - start)
        rounds += 1
        work(rounds)
        release(taken)
        time.sleep(chance.random() * 0.004)
    with open(directory + "/worker.json", "w") as file:
        json.dump({"rounds": rounds, "longest_wait": longest}, file)
    """
}
