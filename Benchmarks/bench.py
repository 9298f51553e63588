#!/usr/bin/env python3
"""Measures mem0top beside its peers, in one run on one machine: the ratios count, not the figures.

Usage: bench.py MEM0TOP [SECONDS] [screens|scale|worker]…

Programs that are not installed are named and left out.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid

import report
import scale
import screens
import worker

HERE = os.path.dirname(os.path.abspath(__file__))


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


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    mem0top = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    parts = sys.argv[3:] or ["screens", "scale", "worker"]
    with tempfile.TemporaryDirectory() as scratch:
        incident(f"{scratch}/queue")
        subprocess.run(["cc", "-O2", "-o", f"{scratch}/bare", f"{HERE}/bare.c", "-lncursesw", "-ltinfo"], check=True)
        environment = {"HOME": scratch, "XDG_CONFIG_HOME": f"{scratch}/config", "XDG_STATE_HOME": f"{scratch}/state"}
        report.begin()
        if "screens" in parts:
            screens.table(mem0top, HERE, scratch, environment, seconds)
        if "scale" in parts:
            scale.table(mem0top, HERE, scratch, environment)
        if "worker" in parts:
            worker.table(mem0top)


main()
