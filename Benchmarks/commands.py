"""What a command costs that others start again and again, in the world of the incident."""
import os
import resource
import subprocess
import time

import report
import worlds

TIMES = 40


def cost(command, environment):
    """Milliseconds of processor time and of the clock for one run."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for _ in range(TIMES):
        subprocess.run(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    took = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu / TIMES * 1000, took / TIMES * 1000


def table(mem0top, scratch, environment):
    """`status --oneline` is what tmux asks each second: nothing is probed then."""
    directory = f"{scratch}/commands"
    worlds.incident(directory)
    for name, arguments, most in [("status --oneline", ["status", "--oneline"], 10), ("check", ["check"], None)]:
        cpu, took = cost([mem0top, *arguments, "--dir", directory], environment)
        floor, floor_took = cost(["/bin/true"], environment)
        verdict = (f"≤ {most} ms", cpu <= most) if most else ()
        report.row(f"{name}, processor time", cpu, "ms", "true", floor, *verdict)
        report.row(f"{name}, from start to end", took, "ms", "true", floor_took)
