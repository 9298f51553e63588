"""What a screen costs: mem0top beside its peers, one after the other on one machine."""
import os
import shutil
import statistics
import time

from terminal import Screen

ARROWS = ["\x1b[B", "\x1b[A"] * 10


def measure(command, environment, seconds, keys):
    starts = []
    for _ in range(7):
        screen = Screen(command, environment)
        starts.append(screen.first_frame())
        screen.end()
    screen = Screen(command, environment)
    screen.first_frame()
    screen.read(1.5)
    before, begun = screen.cpu(), time.monotonic()
    output = screen.read(seconds)
    took = time.monotonic() - begun
    figures = {
        "first frame ms": statistics.median(starts),
        "CPU ms/s": (screen.cpu() - before) / took * 1000,
        "bytes/s": len(output) / took,
        "key to paint ms": screen.key_to_paint(keys),
        "PSS MiB": screen.pss(),
    }
    screen.end()
    return figures


def table(mem0top, here, scratch, environment, seconds):
    """Prints the table with the ratio to the bare C program."""
    queue = f"{scratch}/queue"
    with open(f"{scratch}/200k.log", "w") as file:
        file.writelines(f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02} INFO worker synced item {n}\n" for n in range(200_000))
    peers = {
        "bare C + ncurses": ([f"{scratch}/bare"], "jk" * 10),
        "mem0top": ([mem0top, "--dir", queue], "jk" * 10),
        "htop": (["htop"], ARROWS),
        "btop": (["btop", "--utf-force"], ARROWS),
        "lnav (200k lines)": (["lnav", f"{scratch}/200k.log"], "kj" * 10),
        "shell dashboard": (["watch", "-n1", f"sh {here}/shell-dashboard.sh {queue}"], ""),
    }
    rows = {}
    for name, (command, keys) in peers.items():
        if shutil.which(command[0]):
            rows[name] = measure(command, environment, seconds, keys)
        else:
            print(f"{command[0]} is not installed and left out (apt-get install {command[0]})")
    bare = rows["bare C + ncurses"]
    print(f"{'200×50, 12 countdowns':22}" + "".join(f"{figure:>22}" for figure in bare))
    for name, row in rows.items():
        print(f"{name:22}" + "".join(f"{row[f]:>12.2f} ({row[f] / bare[f]:5.1f} ×)" for f in row))
