"""What size costs: 100 000 dead letters (60 MB), a log of 5 GB, a change on disk."""
import json
import os
import shutil
import statistics
import subprocess
import time

import report
from terminal import Screen, away_from_the_tick

COUNT = 100_000


def run_time(command, environment, times=5):
    """The median of milliseconds that a command takes."""
    def once():
        start = time.monotonic()
        subprocess.run(command, env=os.environ | environment, stdout=subprocess.DEVNULL, check=True)
        return (time.monotonic() - start) * 1000
    return statistics.median(once() for _ in range(times))


def letters(directory, count):
    """A directory with so many dead letters of 600 bytes."""
    now = time.time()
    os.makedirs(f"{directory}/logs", exist_ok=True)
    items = [{"id": f"{n:08x}-0000-4000-8000-{n * 7919:012x}", "project_id": f"project-{n % 40}", "content": f"memory {n} " + "x" * 360,
              "timestamp": now - n, "retry_count": n % 12, "last_attempt": now - n % 5000, "moved_to_dlq_at": now - n,
              "last_error": "HTTP 502"} for n in range(count)]
    with open(f"{directory}/mem0_queue_dlq.json", "w") as file:
        json.dump({"items": items, "last_update": "2026-01-01T00:00:00"}, file)
    with open(f"{directory}/mem0_queue.json", "w") as file:
        json.dump({"queue": []}, file)


def load(mem0top, here, scratch, environment, big, empty):
    status = [mem0top, "status", "--oneline", "--dir"]
    took = run_time([*status, big], environment) - run_time([*status, empty], environment)
    try:
        subprocess.run(["c++", "-O2", "-o", f"{scratch}/walk", f"{here}/walk.cpp", "-lsimdjson"], check=True,
                       stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        print("simdjson is not installed and left out (apt-get install g++ libsimdjson-dev)")
    else:
        walk = lambda: float(subprocess.check_output([f"{scratch}/walk", f"{big}/mem0_queue_dlq.json"]).split()[0])
        floor = statistics.median(walk() for _ in range(5))
        report.row("load 100 000 dead letters", took, "ms", "simdjson's walk", floor, "≤ 4 ×", took <= 4 * floor)


def screen_on(mem0top, directory, environment):
    screen = Screen([mem0top, "--dir", directory], environment)
    screen.first_frame()
    screen.read(1.5)
    return screen


def browse(mem0top, environment, big, empty):
    small, large = (screen_on(mem0top, directory, environment) for directory in (empty, big))
    more = large.peak() - small.peak()
    report.row("peak memory beyond an empty directory", more, "MiB", budget="≤ 128 MiB", isMet=more <= 128)
    for what, keys in {"scroll by a line": "jjjjj", "scroll by a page": ["\x1b[6~"] * 5, "to the end and back": "GgGg",
                       "sort by another column": "oooo", "filter, letter by letter": "/projec", }.items():
        times = [took for key in keys if (took := large.send(key, limit=2)) is not None]
        if times:
            report.row(f"{what}, slowest of {len(times)}", max(times), "ms", budget="≤ 50 ms", isMet=max(times) <= 50)
    small.end()
    large.end()


def retry_all(mem0top, scratch, environment, big):
    path = f"{big}/mem0_queue_dlq.json"
    def copy():
        start = time.monotonic()
        shutil.copyfile(path, f"{scratch}/copy")
        with open(f"{scratch}/copy", "rb+") as file:
            os.fsync(file.fileno())
        return (time.monotonic() - start) * 1000
    def retry():
        return run_time([mem0top, "retry", "--all", "--dir", big], environment, times=1)
    def fresh(what):
        letters(big, COUNT)
        os.sync()
        return what()
    # Side by side, so that both meet the same machine.
    floors, times = zip(*((fresh(copy), fresh(retry)) for _ in range(9)))
    floor, took = statistics.median(floors), statistics.median(times)
    isMet = took <= max(4 * floor, 500)
    report.row("force all 100 000 to retry", took, "ms", "to copy and sync it", floor, "≤ 4 × or 500 ms", isMet)


def change(mem0top, environment, directory):
    """A replaced file to the first byte of its paint."""
    screen = screen_on(mem0top, directory, environment)
    times = []
    for count in range(40):
        away_from_the_tick(0.1)
        with open(f"{directory}/new", "w") as file:
            json.dump({"queue": [{"id": f"{n}", "project_id": "p", "content": "x", "timestamp": 1} for n in range(count % 7 + 1)]}, file)
        screen.read(0.05)
        away_from_the_tick(0.1)
        start = time.monotonic()
        os.rename(f"{directory}/new", f"{directory}/mem0_queue.json")
        output = b""
        while b"Queue" not in output and not output:
            output += screen.read(0.001)
            if time.monotonic() - start > 1:
                break
        times.append((time.monotonic() - start) * 1000)
    screen.end()
    took = statistics.median(times)
    report.row("a change on disk to the screen, median of 40", took, "ms", budget="≤ 30 ms", isMet=took <= 30)


def log(mem0top, scratch, environment):
    def prepare(size):
        directory = f"{scratch}/log-{size}"
        letters(directory, 0)
        with open(f"{directory}/logs/mem0_worker.log", "wb") as file:
            file.truncate(max(size - 5_000, 0))
            file.seek(0, os.SEEK_END)
            file.write(b"\n" + b"".join(b"Synced: p (ID: %08x...)\n" % n for n in range(200)))
        return directory
    def opening(directory):
        screen = Screen([mem0top, "--dir", directory], environment)
        took, _ = screen.first_frame()
        screen.end()
        return took
    directories = [prepare(size) for size in (5_000_000_000, 5_000)]
    large, small = (statistics.median(times) for times in zip(*([opening(d) for d in directories] for _ in range(11))))
    report.row("open a log of 5 GB", large, "ms", "one of 5 KB", small, "as fast", large <= 1.25 * small)


def table(mem0top, here, scratch, environment):
    big, empty = f"{scratch}/big", f"{scratch}/empty"
    letters(big, COUNT)
    letters(empty, 0)
    load(mem0top, here, scratch, environment, big, empty)
    browse(mem0top, environment, big, empty)
    retry_all(mem0top, scratch, environment, big)
    change(mem0top, environment, empty)
    log(mem0top, scratch, environment)
