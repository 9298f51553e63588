#!/usr/bin/env python3
"""What the worker delivers: mem0top sync beside a sequential client, against one server that takes 20 ms.

Usage: worker.py MEM0TOP [ITEMS…]

The items belong to 8 projects, 8 are sent at once, and each is on disk as done before it counts. It
prints items per second for each number of waiting items (100, 1 000 and 10 000), the ratio to the
sequential client, and the processor time per item: flat if the cost does not grow with the queue.
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

LATENCY = 0.020
PROJECTS = CONCURRENCY = 8
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


def main():
    mem0top = os.path.abspath(sys.argv[1])
    counts = [int(count) for count in sys.argv[2:]] or [100, 1000, 10_000]
    server = Server()
    alone = sequential(server.port, 200)
    print(f"{'':22}{'items/s':>10}{'ratio':>10}{'CPU ms/item':>14}")
    print(f"{'sequential client':22}{alone:>10.1f}{1:>9.2f}×")
    for count in counts:
        rate, cpu = drain(mem0top, server.port, count)
        print(f"{f'mem0top sync, {count}':22}{rate:>10.1f}{rate / alone:>9.2f}×{cpu:>14.2f}")
    print(f"with {PROJECTS} projects and {CONCURRENCY} senders; the budget is a ratio of {0.8 * CONCURRENCY:.1f}")


main()
