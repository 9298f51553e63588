"""What a hundred machines in one pane cost, here and there."""
import os
import select
import subprocess
import time

import report
import worlds
from screens import watch
from terminal import Screen

MACHINES = 100


def record(mem0top, scratch, environment, seconds=22):
    """What a real far side says on the incident beside a server that is probed, and what that costs it."""
    server, address = worlds.server()
    far = subprocess.Popen([mem0top, "serve", "--stdio", "--dir", f"{scratch}/queue"], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, env=os.environ | environment | address)
    lines, last = [], time.monotonic()
    end, before, begun = last + seconds, None, None
    while time.monotonic() < end:
        if before is None and time.monotonic() > end - seconds + 2:
            before, begun = cpu(far.pid), time.monotonic()
        if not select.select([far.stdout], [], [], 0.1)[0]:
            continue
        line = far.stdout.readline().decode()
        lines.append((int((time.monotonic() - last) * 1000), line))
        last = time.monotonic()
    cost = (cpu(far.pid) - before) / (time.monotonic() - begun) * 1000
    far.stdin.close()
    far.wait()
    server.shutdown()
    once = next(index for index, (_, line) in enumerate(lines) if '"is":"snapshot"' in line) + 1
    # The file is said again from its last first-time line on: where nothing came since, a heartbeat does.
    if len(lines) == once:
        lines.append((15000, '{"is":"beat","at":%f}\n' % time.time()))
    with open(f"{scratch}/far.recording", "w") as file:
        file.write(f"{once}\n")
        file.writelines(f"{pause} {line}" for pause, line in lines)
    return cost, sum(len(line) for _, line in lines[once:]) / seconds


def cpu(pid):
    """Seconds of processor time so far."""
    return sum(int(open(f"/proc/{pid}/task/{thread}/schedstat").read().split()[0])
               for thread in os.listdir(f"/proc/{pid}/task")) / 1e9


def own_pss(pid):
    """MiB of the program alone: the far sides are other machines'."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


def table(mem0top, here, scratch, environment, seconds):
    cost, flow = record(mem0top, scratch, environment)
    report.row("far side: CPU while told of", cost, "ms/s", budget="≤ 1 ms/s", isMet=cost <= 1)
    report.row("far side: output", flow, "bytes/s")
    subprocess.run(["cc", "-O2", "-o", f"{scratch}/far", f"{here}/far.c"], check=True)
    hosts = [word for number in range(MACHINES) for word in ("--host", f"node-{number:02}")]
    # One of them hangs, and must hold up nobody.
    script = f'[ "$2" = node-50 ] && exec sleep 1000; exec {scratch}/far {scratch}/far.recording'
    variables = environment | {"MEM0TOP_RSH": f"sh -c '{script}' sh"}
    screen = Screen([mem0top, *hosts], variables)
    output, first = b"", None
    while first is None and time.monotonic() - screen.started < 20:
        output += screen.read(0.02)
        if b"stale lock" in output:
            first = (time.monotonic() - screen.started) * 1000
    report.row(f"{MACHINES} machines: first rows", first or float("nan"), "ms",
               budget="≤ 1 s", isMet=first is not None and first <= 1000)
    screen.read(5)
    spent, written = watch(screen, seconds)
    report.row(f"{MACHINES} machines: CPU while watching", spent, "ms/s", budget="≤ 10 ms/s", isMet=spent <= 10)
    report.row(f"{MACHINES} machines: output", written, "bytes/s")
    memory = own_pss(screen.pid)
    report.row(f"{MACHINES} machines: memory (PSS)", memory, "MiB", budget="≤ 40 MiB", isMet=memory <= 40)
    os.kill(screen.pid, 15)
    screen.drain(1)
    os.waitpid(screen.pid, 0)
    os.close(screen.descriptor)
