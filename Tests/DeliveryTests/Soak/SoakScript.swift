/// The Python program of a soak: a worker and a producer that know nothing of mem0top.
enum SoakScript {
  /// Arguments: `work` or `produce`, the folder, the style of its lock, the server, a name, a seed.
  ///
  /// The styles are `flock` (on a file that stays), `pid` and `empty` (a file made with O_EXCL, with
  /// or without the process id) and `none`. It writes by temp and rename, because one that is killed
  /// while it writes in place destroys the file by itself, and it looks before it adds a dead letter,
  /// because one that was killed between its two files would double that by itself. A producer notes in the file `added` what
  /// it has put into the queue, after it has; who finds another lock than its own when it gives it
  /// back notes that in `removed`.
  static let text = """
    import fcntl, json, os, random, sys, time, urllib.error, urllib.request

    role, folder, style, server, name, seed = sys.argv[1:7]
    chance = random.Random(int(seed))
    queue, letters = folder + "/mem0_queue.json", folder + "/mem0_queue_dlq.json"

    class Lock:
      path = folder + "/mem0_queue.lock"

      def __enter__(self):
        if style == "flock":
          self.file = open(self.path, "a")
          fcntl.flock(self.file, fcntl.LOCK_EX)
        elif style != "none":
          while True:
            try: descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError: time.sleep(0.002); continue
            if style == "pid": os.write(descriptor, b"%d" % os.getpid())
            self.inode = os.fstat(descriptor).st_ino
            return os.close(descriptor)

      def __exit__(self, *_):
        if style == "flock": self.file.close()
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
      if dead:
        file = read(letters, {"items": []})
        known = {item["id"] for item in file["items"]}
        file["items"] += [item for item in dead if item["id"] not in known]
        write(letters, file)
      write(queue, data)

    def produce(number):
      project = "poison" if number % 7 == 3 else "p%d" % (number % 3)
      text = "%s-%d" % (name, number)
      data = read(queue, {"queue": []})
      data["queue"].append({"id": text, "project_id": project, "content": text, "retries": 0})
      write(queue, data)
      return text

    number = 0
    while True:
      with Lock(): text = work() if role == "work" else produce(number)
      if text: note("added", text)
      number += 1
      time.sleep(chance.random() * 0.015)
    """
}
