/// The Python program of a soak: a worker and a producer that know nothing of mem0top.
enum SoakScript {
  /// Arguments: `work` or `produce`, the folder, the style of its lock, the server, a name, a seed.
  ///
  /// The styles are `flock` and `lockf` (on a file that stays), `pid` and `empty` (a file made with
  /// O_EXCL, with or without the process id), `heartbeat` (an empty one whose time it moves), `none`, and
  /// `outthere`, the worker that `docs/contract.md#log` describes: it opens the lock with `w`, keeps it
  /// while it sends all that waits, saves the queue in the end, counts in `stats` and `retries` without
  /// asking, works the dead letters without the lock and writes them in place; its producer waits only so
  /// long for the lock and then turns to the emergency file. Otherwise it writes by temp and rename, because one that is killed
  /// while it writes in place destroys the file by itself, and it looks before it adds a dead letter,
  /// because one that was killed between its two files would double that by itself; what it moves it notes
  /// in `moving`, before and after, so that such a double is told from one of ours. A producer notes in the file `added` what
  /// it has put into the queue, after it has; who finds another lock than its own when it gives it
  /// back notes that in `removed`.
  static let text = """
    import fcntl, json, os, random, sys, threading, time, urllib.error, urllib.request

    role, folder, style, server, name, seed = sys.argv[1:7]
    chance = random.Random(int(seed))
    queue, letters = folder + "/mem0_queue.json", folder + "/mem0_queue_dlq.json"
    STAYING = ("flock", "lockf")

    class Lock:
      path = folder + "/mem0_queue.lock"

      def __enter__(self):
        if style in STAYING:
          self.file = open(self.path, "a")
          (fcntl.flock if style == "flock" else fcntl.lockf)(self.file, fcntl.LOCK_EX)
        elif style != "none":
          while True:
            try: descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError: time.sleep(0.002); continue
            if style == "pid": os.write(descriptor, b"%d" % os.getpid())
            self.inode = os.fstat(descriptor).st_ino
            if style == "heartbeat": self.beat()
            return os.close(descriptor)

      def beat(self):
        self.ends = threading.Event()
        def move():
          while not self.ends.wait(0.002):
            if self.is_ours(): os.utime(self.path)
        self.heart = threading.Thread(target=move, daemon=True)
        self.heart.start()

      def __exit__(self, *_):
        if style == "heartbeat":
          self.ends.set()
          self.heart.join()
        if style in STAYING: self.file.close()
        elif style != "none":
          if self.is_ours(): os.unlink(self.path)
          else: note("removed", name)

      def is_ours(self):
        try: return os.stat(self.path).st_ino == self.inode
        except FileNotFoundError: return False

    def note(file, text):
      descriptor = os.open(folder + "/" + file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
      os.write(descriptor, (text + "\\n").encode())
      os.close(descriptor)

    def read(path, empty):
      try:
        with open(path) as file: return json.load(file)
      except FileNotFoundError: return empty

    def write(path, data):
      draft = path + "." + name
      with open(draft, "w") as file: json.dump(data, file)
      os.replace(draft, path)

    def deliver(item):
      body = json.dumps({"user_id": item["project_id"], "content": item["content"]}).encode()
      headers = {"Content-Type": "application/json", "Idempotency-Key": item["id"]}
      request = urllib.request.Request(server + "/memory", body, headers)
      try: return json.load(urllib.request.urlopen(request, timeout=5)).get("success")
      except (urllib.error.URLError, ConnectionError): return False

    def work():
      data = read(queue, {"queue": []})
      dead = []
      for item in data["queue"][:3]:
        if deliver(item): data["queue"].remove(item)
        else:
          item["retries"] = item.get("retries", 0) + 1
          if item["retries"] >= 5:
            data["queue"].remove(item)
            dead.append(dict(item, retry_count=0, last_attempt=0, moved_to_dlq_at=time.time()))
      for item in dead: note("moving", "+" + item["content"])
      if dead:
        file = read(letters, {"items": []})
        known = {item["id"] for item in file["items"]}
        file["items"] += [item for item in dead if item["id"] not in known]
        write(letters, file)
      write(queue, data)
      for item in dead: note("moving", "-" + item["content"])

    def produce(number):
      project = "poison" if number % 7 == 3 else "p%d" % (number % 3)
      text = "%s-%d" % (name, number)
      data = read(queue, {"queue": []})
      data["queue"].append({"id": text, "project_id": project, "content": text, "retries": 0})
      write(queue, data)
      return text

    class Timeout(Exception): pass

    class LockOutThere:
      def __enter__(self):
        self.file = open(Lock.path, "w")
        end = time.monotonic() + (30 if role == "work" else 0.3)
        while True:
          try: return fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
          except BlockingIOError:
            if time.monotonic() > end: raise Timeout()
            time.sleep(0.01)
      def __exit__(self, *_): self.file.close()

    def work_out_there():
      try:
        with LockOutThere():
          try: data = read(queue, None)
          except ValueError: data = {"queue": [], "stats": {"total_synced": 0}}
          for item in list(data["queue"]):
            if deliver(item):
              data["queue"].remove(item)
              data["stats"]["total_synced"] += 1
            else: item["retries"] += 1
          write(queue, data)
      except Timeout: pass
      file = read(letters, {"items": []})
      for item in list(file["items"]):
        if deliver(item): file["items"].remove(item)
        else: item["retry_count"] += 1
      with open(letters, "w") as out: json.dump(file, out)

    def produce_out_there(number):
      text = "%s-%d" % (name, number)
      item = {"id": text, "project_id": "p%d" % (number % 3), "content": text, "retries": 0}
      try:
        with LockOutThere():
          data = read(queue, None)
          data["queue"].append(item)
          data["stats"]["total_queued"] += 1
          data["last_100"] = (data["last_100"] + [item])[-100:]
          write(queue, data)
      except Timeout: note("mem0_emergency.json", json.dumps(dict(item, emergency=True)))
      return text

    number = 0
    while style == "outthere":
      try: text = work_out_there() if role == "work" else produce_out_there(number)
      # What a kill has torn is recovered by a person.
      except ValueError: time.sleep(0.05); continue
      except Exception as problem:
        note("crashed", repr(problem))
        raise
      if text: note("added", text)
      number += 1
      time.sleep(chance.random() * 0.03)
    while True:
      with Lock(): text = work() if role == "work" else produce(number)
      if text: note("added", text)
      number += 1
      time.sleep(chance.random() * 0.015)
    """
}
