#!/usr/bin/env python3
"""Measures mem0top beside its peers, in one run on one machine: the ratios count, not the figures.

Usage: bench.py MEM0TOP [SECONDS] [screens|commands|instructions|scale|worker|fleet]…

Programs that are not installed are named and left out.
"""
import os
import subprocess
import sys
import tempfile

import commands
import fleet
import instructions
import report
import scale
import screens
import worker
import worlds

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    mem0top = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    parts = sys.argv[3:] or ["screens", "commands", "instructions", "scale", "worker", "fleet"]
    with tempfile.TemporaryDirectory() as scratch:
        worlds.incident(f"{scratch}/queue")
        subprocess.run(["cc", "-O2", "-o", f"{scratch}/bare", f"{HERE}/bare.c", "-lncursesw", "-ltinfo"], check=True)
        environment = {"HOME": scratch, "XDG_CONFIG_HOME": f"{scratch}/config", "XDG_STATE_HOME": f"{scratch}/state"}
        report.begin()
        isKept = True
        if "screens" in parts:
            screens.table(mem0top, HERE, scratch, environment, seconds)
        if "commands" in parts:
            commands.table(mem0top, scratch, environment)
        if "instructions" in parts:
            isKept = instructions.table(mem0top, scratch, environment)
        if "scale" in parts:
            scale.table(mem0top, HERE, scratch, environment)
        if "worker" in parts:
            worker.table(mem0top)
        if "fleet" in parts:
            fleet.table(mem0top, HERE, scratch, environment, seconds)
    sys.exit(0 if isKept else 1)


main()
