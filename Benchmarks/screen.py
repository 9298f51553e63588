#!/usr/bin/env python3
"""What a screen costs: mem0top beside its peers, one after the other on one machine, each on a pty of 200×50.

Usage: screen.py MEM0TOP [SECONDS]

It prints a table with the ratio to the bare C program. Programs that are not installed are left out.
"""
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
import uuid

COLUMNS, ROWS = 200, 50
HERE = os.path.dirname(os.path.abspath(__file__))


class Screen:
    """A program on a pty of its own."""

    def __init__(self, command, environment):
        self.started = time.monotonic()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.environ.update(environment, TERM="xterm-256color", LANG="C.UTF-8")
            os.execvp(command[0], command)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, seconds):
        """The bytes that come within `seconds`, each chunk with its time."""
        end = time.monotonic() + seconds
        chunks = []
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.descriptor], [], [], left)[0]:
                break
            try:
                chunks.append((time.monotonic(), os.read(self.descriptor, 65536)))
            except OSError:
                break
        return chunks

    def first_frame(self):
        """Milliseconds until the first burst of output is over: 100 ms of silence end it."""
        last = None
        while select.select([self.descriptor], [], [], 0.1 if last else 5)[0]:
            os.read(self.descriptor, 65536)
            last = time.monotonic()
            if last - self.started > 1.5:
                break
        return (last - self.started) * 1000 if last else float("nan")

    def cpu(self):
        """Seconds of processor time so far, children that have ended among them."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def precise_cpu(self):
        """Like `cpu`, in nanoseconds of run time of all threads where the kernel tells them."""
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def pss(self):
        with open(f"/proc/{self.pid}/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024

    def key_to_paint(self, keys):
        """The median of milliseconds from a key to the first byte of its paint."""
        times = []
        for key in keys:
            while select.select([self.descriptor], [], [], 0)[0]:
                os.read(self.descriptor, 65536)
            sent = time.monotonic()
            os.write(self.descriptor, key.encode())
            if select.select([self.descriptor], [], [], 0.5)[0]:
                times.append((time.monotonic() - sent) * 1000)
            self.read(0.07)
        return statistics.median(times) if times else float("nan")

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.descriptor)


def incident(directory):
    """A queue with 36 items and 12 dead letters that count down."""
    now = time.time()
    item = lambda n: {"id": str(uuid.UUID(int=n)), "project_id": f"project-{n % 3}", "content": "x" * 200,
                      "timestamp": now - 60 * n}
    dead = [item(n) | {"retry_count": 7, "last_attempt": now - 290 * n, "moved_to_dlq_at": now - 9000}
            for n in range(12)]
    os.makedirs(f"{directory}/logs")
    for name, value in {"mem0_queue.json": {"queue": [item(n) for n in range(36)]},
                        "mem0_queue_dlq.json": {"items": dead}}.items():
        with open(f"{directory}/{name}", "w") as file:
            json.dump(value, file)
    with open(f"{directory}/logs/mem0_worker.log", "w") as file:
        file.writelines(f"✅ Synced: project-{n % 3} (ID: {n:08x}...)\n" for n in range(200))


def measure(command, environment, seconds, keys):
    starts = []
    for _ in range(5):
        screen = Screen(command, environment)
        starts.append(screen.first_frame())
        screen.end()
    screen = Screen(command, environment)
    screen.first_frame()
    screen.read(1.5)
    before, begun = screen.precise_cpu() , time.monotonic()
    ended_children = screen.cpu()
    chunks = screen.read(seconds)
    while time.monotonic() - begun < seconds:
        chunks += screen.read(seconds - (time.monotonic() - begun))
    took = time.monotonic() - begun
    own = screen.precise_cpu() - before
    # What children that have ended used is only in the coarse figure.
    cpu = max(own, screen.cpu() - ended_children if own < 0.001 else own)
    figures = {
        "first frame ms": statistics.median(starts),
        "CPU ms/s": cpu / took * 1000,
        "bytes/s": sum(len(chunk) for _, chunk in chunks) / took,
        "key ms": screen.key_to_paint(keys),
        "PSS MiB": screen.pss(),
    }
    screen.end()
    return figures


def main():
    mem0top = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory() as scratch:
        incident(f"{scratch}/queue")
        subprocess.run(["cc", "-O2", "-o", f"{scratch}/bare", f"{HERE}/bare.c", "-lncursesw", "-ltinfo"], check=True)
        environment = {"HOME": scratch, "XDG_CONFIG_HOME": f"{scratch}/config", "XDG_STATE_HOME": f"{scratch}/state"}
        peers = {
            "bare C + ncurses": ([f"{scratch}/bare"], "jk" * 10),
            "mem0top": ([mem0top, "--dir", f"{scratch}/queue"], "jk" * 10),
            "htop": (["htop"], "\x1b[B\x1b[A" and ["\x1b[B", "\x1b[A"] * 10),
            "btop": (["btop", "--utf-force"], ["\x1b[B", "\x1b[A"] * 10),
        }
        rows = {name: measure(command, environment, seconds, keys)
                for name, (command, keys) in peers.items() if shutil.which(command[0])}
    bare = rows["bare C + ncurses"]
    print(f"{'':18}" + "".join(f"{figure:>24}" for figure in bare))
    for name, row in rows.items():
        print(f"{name:18}" + "".join(f"{row[f]:>14.2f} ({row[f] / bare[f]:5.1f} ×)" for f in row))


main()
