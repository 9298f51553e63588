"""The directories that are watched: that of the incident, and a calm one."""
import http.server
import json
import os
import subprocess
import threading
import time
import uuid


def item(number, now):
    return {"id": str(uuid.UUID(int=number)), "project_id": f"project-{number % 3}", "content": "x" * 200,
            "timestamp": now - 60 * number, "retries": 0}


def write(path, value):
    with open(path, "w") as file:
        json.dump(value, file)


def incident(directory):
    """36 items wait, 12 dead letters count down, a dead process's lock blocks them, the log has 5 000 lines (170 KB)."""
    now = time.time()
    os.makedirs(f"{directory}/logs")
    write(f"{directory}/mem0_queue.json", {"queue": [item(n, now) for n in range(36)]})
    dead = [item(n, now) | {"retry_count": 7, "last_attempt": now - 290 * n, "moved_to_dlq_at": now - 9000} for n in range(12)]
    write(f"{directory}/mem0_queue_dlq.json", {"items": dead, "last_update": "2026-01-01T00:00:00"})
    gone = subprocess.Popen(["true"])
    gone.wait()
    with open(f"{directory}/mem0_queue.lock", "w") as file:
        file.write(f"{gone.pid}\n")
    written = now - 11_220
    os.utime(f"{directory}/mem0_queue.lock", (written, written))
    log(f"{directory}/logs/mem0_worker.log", 5_000, now)


def log(path, lines, now):
    """A line each 2 s: most of work, and at the end a refusal each 10 minutes."""
    with open(path, "w") as file:
        for n in range(lines):
            stamp = time.strftime("%H:%M:%S", time.localtime(now - 11_220 - 2 * (lines - n)))
            file.write(f"[{stamp}] ✅ Synced: project-{n % 3} (ID: {n:08x}...)\n" if n < lines - 18
                       else "Could not acquire queue lock (timeout)\n")


def calm(directory):
    """Three items wait, nothing is wrong, and no server is set."""
    now = time.time()
    os.makedirs(f"{directory}/logs")
    write(f"{directory}/mem0_queue.json", {"queue": [item(n, now + 60 * n) for n in range(3)]})
    write(f"{directory}/mem0_queue_dlq.json", {"items": [], "last_update": "2026-01-01T00:00:00"})
    log(f"{directory}/logs/mem0_worker.log", 0, now)
    with open(f"{directory}/logs/mem0_worker.log", "a") as file:
        file.writelines(f"✅ Synced: project-{n % 3} (ID: {n:08x}...)\n" for n in range(200))


class Health(http.server.BaseHTTPRequestHandler):
    """A server that is up."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def server():
    """A server that is up, on 127.0.0.1, and the variable by which mem0top finds it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, {"MEM0TOP_SERVER_URL": f"http://127.0.0.1:{server.server_port}"}
