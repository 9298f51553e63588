"""What a screen costs: mem0top beside its peers, one after the other on one machine."""
import http.server
import os
import shutil
import statistics
import threading
import time

import report
from terminal import Screen

ARROWS = ["\x1b[B", "\x1b[A"] * 10
BARE = "bare C + ncurses"
# What is measured: its unit, and the most that it may be beside the bare C program or alone.
FIGURES = {
    "first frame": ("ms", "≤ 3 × bare C, ahead of btop", lambda own, rows: own <= 3 * rows[BARE]),
    "CPU while watching": ("ms/s", "≤ 1 ms/s", lambda own, rows: own <= 1),
    "output": ("bytes/s", "≤ 300 bytes/s", lambda own, rows: own <= 300),
    "key to paint": ("ms", "≤ 1 ms", lambda own, rows: own <= 1),
    "memory (PSS)": ("MiB", "≤ 16 MiB", lambda own, rows: own <= 16),
}


def measure(command, environment, seconds, keys):
    starts = []
    for _ in range(7):
        screen = Screen(command, environment)
        starts.append(screen.first_frame())
        screen.end()
    screen = Screen(command, environment)
    screen.first_frame()
    screen.read(1.5)
    cpu, output = watch(screen, seconds)
    figures = {"first frame": statistics.median(starts), "CPU while watching": cpu, "output": output,
               "key to paint": screen.key_to_paint(keys), "memory (PSS)": screen.pss()}
    screen.end()
    return figures


def watch(screen, seconds):
    """Milliseconds of processor time and bytes of output, each in a second.

    A pass over all processes is made every 10 s, so a shorter look would leave it out by chance.
    """
    before, begun = screen.cpu(), time.monotonic()
    output = screen.read(max(seconds, 10))
    took = time.monotonic() - begun
    return (screen.cpu() - before) / took * 1000, len(output) / took


def table(mem0top, here, scratch, environment, seconds):
    """Each figure beside each peer."""
    queue = f"{scratch}/queue"
    with open(f"{scratch}/200k.log", "w") as file:
        file.writelines(f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02} INFO worker synced item {n}\n" for n in range(200_000))
    peers = {
        BARE: ([f"{scratch}/bare"], "jk" * 10),
        "htop": (["htop"], ARROWS),
        "btop": (["btop", "--utf-force"], ARROWS),
        "lnav (200k lines)": (["lnav", f"{scratch}/200k.log"], "kj" * 10),
        "shell dashboard": (["watch", "-n1", f"sh {here}/shell-dashboard.sh {queue}"], ""),
    }
    own = measure([mem0top, "--dir", queue], environment, seconds, "jk" * 10)
    rows = {}
    for name, (command, keys) in peers.items():
        if shutil.which(command[0]):
            rows[name] = measure(command, environment, seconds, keys)
        else:
            print(f"{command[0]} is not installed and left out (apt-get install {command[0]})")
    for figure, (unit, budget, isKept) in FIGURES.items():
        others = {name: row[figure] for name, row in rows.items()}
        for name, value in others.items():
            judged = (budget, isKept(own[figure], others)) if name == BARE else ("", None)
            if value == value:  # A program without keys has no time to paint them.
                report.row(f"{figure}, 200×50", own[figure], unit, name, value, *judged)
    probing(mem0top, queue, environment, seconds)


class Health(http.server.BaseHTTPRequestHandler):
    """A server that is up."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def probing(mem0top, queue, environment, seconds):
    """What it costs to probe a server every 10 s beside all that."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = {"MEM0TOP_SERVER_URL": f"http://127.0.0.1:{server.server_port}"}
    screen = Screen([mem0top, "--dir", queue], environment | address)
    screen.first_frame()
    screen.read(1.5)
    cpu, output = watch(screen, seconds)
    report.row("CPU while watching and probing a server", cpu, "ms/s")
    report.row("output while probing", output, "bytes/s", budget="≤ 300 bytes/s", isMet=output <= 300)
    memory = screen.pss()
    report.row("memory (PSS) while probing", memory, "MiB", budget="≤ 24 MiB", isMet=memory <= 24)
    screen.end()
    server.shutdown()
