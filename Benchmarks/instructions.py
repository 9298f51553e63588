"""Instructions of the hot paths, by callgrind: they repeat nearly to the instruction, so a tenth more is a change.

The bounds stand in instructions.json, in millions; `MEM0TOP_RECORD=1` writes them anew.
"""
import json
import os
import re
import shutil
import subprocess
import time

import report
import worlds
from terminal import Screen

HERE = os.path.dirname(os.path.abspath(__file__))
BOUNDS = f"{HERE}/instructions.json"
TOLERANCE = 1.1


def callgrind(scratch, command):
    return ["valgrind", "-q", "--tool=callgrind", "--separate-threads=no", f"--callgrind-out-file={scratch}/callgrind.%p", *command]


def counted(scratch, pid):
    """Millions of instructions that a process had run when it ended."""
    with open(f"{scratch}/callgrind.{pid}") as file:
        return next(int(re.split(r"\s+", line)[1]) for line in file if line.startswith(("totals:", "summary:"))) / 1e6


def command(scratch, environment, arguments):
    process = subprocess.Popen(callgrind(scratch, arguments), env=os.environ | environment, stdout=subprocess.DEVNULL)
    process.wait()
    return counted(scratch, process.pid)


def dashboard(scratch, environment, arguments, seconds, keys=0):
    """Millions of instructions of a dashboard that is open for some seconds while keys are pressed."""
    screen = Screen(callgrind(scratch, arguments), environment)
    screen.first_frame()
    screen.read(4)
    for number in range(keys):
        screen.send("jk"[number % 2], rest=0.01)
    screen.read(seconds)
    os.write(screen.descriptor, b"q")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not os.path.exists(f"{scratch}/callgrind.{screen.pid}"):
        screen.drain(0.1)
    os.waitpid(screen.pid, 0)
    os.close(screen.descriptor)
    return counted(scratch, screen.pid)


def measured(mem0top, scratch, environment):
    directory = f"{scratch}/instructions"
    worlds.incident(directory)
    at = ["--dir", directory]
    oneline = command(scratch, environment, [mem0top, "status", "--oneline", *at])
    check = command(scratch, environment, [mem0top, "check", *at])
    base = dashboard(scratch, environment, [mem0top, *at], 0)
    watching = dashboard(scratch, environment, [mem0top, *at], 20)
    typing = dashboard(scratch, environment, [mem0top, *at], 0, keys=100)
    return {"status --oneline": oneline, "check": check, "start to quit": base,
            "a second of watching": (watching - base) / 20, "a key": (typing - base) / 100}


def table(mem0top, scratch, environment):
    """Whether each count is within a tenth of its bound."""
    if not shutil.which("valgrind"):
        print("valgrind is not installed and instructions are left out (apt-get install valgrind)")
        return True
    figures = measured(mem0top, scratch, environment)
    if os.environ.get("MEM0TOP_RECORD") == "1":
        with open(BOUNDS, "w") as file:
            json.dump({name: round(figure, 2) for name, figure in figures.items()}, file, indent=2)
            file.write("\n")
    with open(BOUNDS) as file:
        bounds = json.load(file)
    kept = True
    for name, figure in figures.items():
        isKept = figure <= TOLERANCE * bounds[name]
        kept = kept and isKept
        report.row(f"{name}, instructions", figure, "million", "recorded", bounds[name], "≤ 1.1 ×", isKept)
    return kept
