"""A program on a pseudoterminal of 200×50, and what it costs."""
import fcntl
import os
import pty
import random
import select
import signal
import struct
import termios
import time

COLUMNS, ROWS = 200, 50


class Screen:
    """A program on a pty of its own."""

    def __init__(self, command, environment):
        # A second that begins with the first frame would be counted with it.
        away_from_the_tick(0.2)
        self.started = time.monotonic()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.environ.update(environment, TERM="xterm-256color", LANG="C.UTF-8")
            os.execvp(command[0], command)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, seconds):
        """The bytes that come within `seconds`."""
        end = time.monotonic() + seconds
        output = b""
        while (left := end - time.monotonic()) > 0:
            if select.select([self.descriptor], [], [], left)[0]:
                output += os.read(self.descriptor, 65536)
        return output

    def drain(self, seconds):
        """Reads for some time, also from a program that has just ended."""
        try:
            self.read(seconds)
        except OSError:
            pass

    def first_frame(self):
        """Milliseconds until the first frame stands, and until the first burst of output is over.

        The frame stands with its last byte before a rest of 4 ms; 100 ms of silence end the burst. Whoever
        paints again within it, because he has learned more, is slower only in the second.
        """
        times = []
        while select.select([self.descriptor], [], [], 0.1 if times else 5)[0]:
            times.append((time.monotonic(), len(os.read(self.descriptor, 65536))))
            if times[-1][0] - self.started > 1.5:
                break
        if not times:
            return float("nan"), float("nan")
        # What sets the terminal up comes first and is no frame.
        size, stands = 0, times[-1][0]
        for (moment, count), (following, _) in zip(times, times[1:]):
            size += count
            if size > 1000 and following - moment > 0.004:
                stands = moment
                break
        return (stands - self.started) * 1000, (times[-1][0] - self.started) * 1000

    def send(self, keys, limit=0.5, rest=0.07):
        """Milliseconds from keys to the first byte of their paint; nothing where none comes."""
        while select.select([self.descriptor], [], [], 0)[0]:
            os.read(self.descriptor, 65536)
        sent = time.monotonic()
        os.write(self.descriptor, keys.encode())
        if not select.select([self.descriptor], [], [], limit)[0]:
            return None
        took = (time.monotonic() - sent) * 1000
        self.read(rest)
        return took

    def key_times(self, keys, count):
        """Milliseconds that so many keys took, one after the other at random moments of the second."""
        times = []
        for number in range(count if keys else 0):
            self.read(random.uniform(0.01, 0.06))
            took = self.send(keys[number % len(keys)], rest=0.03)
            if took is not None:
                times.append(took)
        return times

    def cpu(self):
        """Seconds of processor time so far, of all threads, those that have ended too, and of the children that have."""
        # The clock of another process, as clock_getcpuclockid(3) makes it: a thread that ends takes its file along.
        own = time.clock_gettime((~self.pid << 3) | 2)
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return own + sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")

    def pss(self):
        """MiB of memory, shared pages by their share; with those of its children."""
        children = open(f"/proc/{self.pid}/task/{self.pid}/children").read().split()
        total = 0
        for pid in [self.pid, *children]:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        return total / 1024

    def peak(self):
        """The most MiB that were ever resident."""
        with open(f"/proc/{self.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.descriptor)


def away_from_the_tick(margin):
    """Waits until the next second of the clock is further away than `margin`, and the last one too."""
    while not margin < time.time() % 1 < 1 - margin:
        time.sleep(0.01)
