"""What a screen costs: mem0top in the world of the incident and in a calm one, beside its peers."""
import shutil
import statistics
import time

import report
import worlds
from terminal import Screen

ARROWS = ["\x1b[B", "\x1b[A"]
BARE = "bare C + ncurses"
KEYS = 400
# What is measured: its unit, and the most that it may be in the world of the incident, beside the bare program.
BUDGETS = {
    "first frame": ("ms", "≤ 3 × bare C, ahead of btop",
                    lambda own, rows: own <= 3 * rows[BARE] and own < rows.get("btop", float("inf"))),
    "CPU while watching": ("ms/s", "≤ 1 ms/s", lambda own, rows: own <= 1),
    "output": ("bytes/s", "≤ 300 bytes/s", lambda own, rows: own <= 300),
    "key to paint": ("ms", "≤ 1 ms", lambda own, rows: own <= 1),
    "memory (PSS)": ("MiB", "≤ 24 MiB probing", lambda own, rows: own <= 24),
}


def measure(command, environment, seconds, keys, count=20):
    """The figures of one program; `key to paint` is its median, `keys` all its times in order."""
    starts = []
    for _ in range(7):
        screen = Screen(command, environment)
        starts.append(screen.first_frame())
        screen.end()
    screen = Screen(command, environment)
    screen.first_frame()
    screen.read(1.5)
    cpu, output = watch(screen, seconds)
    times = sorted(screen.key_times(keys, count))
    frames, bursts = zip(*starts)
    figures = {"first frame": statistics.median(frames), "CPU while watching": cpu, "output": output,
               "key to paint": statistics.median(times) if times else float("nan"), "memory (PSS)": screen.pss(),
               "keys": times, "worst start": max(frames), "whole start": statistics.median(bursts)}
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
    """Each figure in the incident, and then what is beside it."""
    queue, calm = f"{scratch}/queue", f"{scratch}/calm"
    worlds.calm(calm)
    with open(f"{scratch}/200k.log", "w") as file:
        file.writelines(f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02} INFO worker synced item {n}\n" for n in range(200_000))
    peers = {
        BARE: ([f"{scratch}/bare"], "jk"),
        "htop": (["htop"], ARROWS),
        "btop": (["btop", "--utf-force"], ARROWS),
        "lnav (200k lines)": (["lnav", f"{scratch}/200k.log"], "kj"),
        "shell dashboard": (["watch", "-n1", f"sh {here}/shell-dashboard.sh {queue}"], ""),
    }
    server, address = worlds.server()
    own = measure([mem0top, "--dir", queue], environment | address, seconds, "jk", KEYS)
    server.shutdown()
    rows = {"mem0top, calm": measure([mem0top, "--dir", calm], environment, seconds, "")}
    for name, (command, keys) in peers.items():
        if shutil.which(command[0]):
            rows[name] = measure(command, environment, seconds, keys)
        else:
            print(f"{command[0]} is not installed and left out (apt-get install {command[0]})")
    for figure, (unit, budget, isKept) in BUDGETS.items():
        others = {name: row[figure] for name, row in rows.items()}
        for name, value in others.items():
            judged = (budget, isKept(own[figure], others)) if name == BARE else ("", None)
            if value == value:  # A program without keys has no time to paint them.
                report.row(f"{figure}, 200×50", own[figure], unit, name, value, *judged)
    report.row("first frame, worst of 7", own["worst start"], "ms")
    report.row("first frame with the verdict on the lock", own["whole start"], "ms")
    times = own["keys"]
    report.row(f"key to paint, p99 of {len(times)}", times[len(times) * 99 // 100], "ms")
    report.row(f"key to paint, worst of {len(times)}", times[-1], "ms")
