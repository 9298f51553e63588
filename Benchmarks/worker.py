#!/usr/bin/env python3
"""What the worker delivers: mem0top sync beside a sequential client, against one server that takes 20 ms.

Usage: worker.py MEM0TOP [ITEMS…]

The items belong to 8 projects, 8 are sent at once, and each is on disk as done before it counts. It
prints items per second for each number of waiting items (100, 1 000 and 10 000), the ratio to the
sequential client, and the processor time per item: flat if the cost does not grow with the queue.
The ratio is asked for where the senders have work for a while: a run waits for the answers to its first
three items before it sends more, and of 100 items that, the start and the end are a quarter of the time.
"""
import asyncio
import http.client
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import uuid

import report

LATENCY = 0.020
PROJECTS = CONCURRENCY = 8
# With fewer items the start and the end of the run count for much.
LEAST_SUSTAINED = 1000
CONTENT = "x" * 200


class Server:
    """A receiver on 127.0.0.1 in a thread of its own; every answer takes LATENCY."""

    def __init__(self):
        self.stored = 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self.run, args=[ready], daemon=True).start()
        ready.wait()

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                               if line.startswith(b"content-length:")), 0)
                await reader.readexactly(length)
                await asyncio.sleep(LATENCY)
                self.stored += head.startswith(b"post")
                body = b'{"success":true}'
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                             b"content-length: %d\r\n\r\n%s" % (len(body), body))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def sequential(port, count):
    """Items per second of a client that sends one after the other on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    begun = time.monotonic()
    for number in range(count):
        body = json.dumps({"user_id": f"p{number % PROJECTS}", "content": CONTENT})
        connection.request("POST", "/memory", body, {"Content-Type": "application/json"})
        connection.getresponse().read()
    return count / (time.monotonic() - begun)


def drain(mem0top, port, count):
    """Items per second and milliseconds of processor time per item of one `mem0top sync`."""
    with tempfile.TemporaryDirectory() as scratch:
        queue = f"{scratch}/queue"
        os.makedirs(queue)
        items = [{"id": str(uuid.UUID(int=n)), "project_id": f"p{n % PROJECTS}", "content": CONTENT,
                  "timestamp": time.time(), "retries": 0} for n in range(count)]
        with open(f"{queue}/mem0_queue.json", "w") as file:
            json.dump({"queue": items}, file)
        environment = {"HOME": scratch, "PATH": os.environ["PATH"], "MEM0TOP_DIR": queue,
                       "MEM0TOP_SERVER_URL": f"http://127.0.0.1:{port}"}
        command = [mem0top, "sync", "--concurrency", str(CONCURRENCY), "--json"]
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        output = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
        took = time.monotonic() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = json.loads(output)
        assert report["synced"] == count and report["pending"] == 0, report
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return count / took, cpu / count * 1000


def table(mem0top, counts=(100, 1000, 10_000)):
    """Each number of waiting items beside the sequential client."""
    server = Server()
    alone = sequential(server.port, 200)
    least = 0.8 * CONCURRENCY
    for count in counts:
        rate, cpu = drain(mem0top, server.port, count)
        verdict = (f"≥ {least:.1f} ×", rate >= least * alone) if count >= LEAST_SUSTAINED else ("start and end count",)
        report.row(f"sync of {count} items, {CONCURRENCY} senders", rate, "items/s", "a sequential client", alone, *verdict)
        report.row("  processor time for each", cpu, "ms")


if __name__ == "__main__":
    report.begin()
    table(os.path.abspath(sys.argv[1]), [int(count) for count in sys.argv[2:]] or (100, 1000, 10_000))
