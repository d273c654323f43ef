"""The store behind Pli: it keeps which slug leads to which URL, in memory.

It belongs to the lab and does its work well, until it is told not to:

    PUT /faults   {"delay": 0.2, "errors": true}
    DELETE /faults

A delay in seconds is slept before each answer about a link; with errors on,
such an answer is a 500. /faults itself is always quick and always right.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY = 64 << 10
MAX_LINKS = 100_000

lock = threading.Lock()
links = {}
faults = {"delay": 0.0, "errors": False}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one packet: no waiting for an acknowledgement.
    wbufsize = -1
    timeout = 60

    def do_GET(self):
        if self.path == "/faults":
            return self.answer(200, dict(faults))
        if self.path == "/healthz":
            return self.answer(200, {"links": len(links)})
        if (slug := self.slug()) is None:
            return self.answer(404, {"error": "no such page"})
        if self.suffers():
            return self.answer(500, {"error": "the disk doesn't answer"})
        with lock:
            url = links.get(slug)
        if url is None:
            return self.answer(404, {"error": "no such link"})
        return self.answer(200, {"url": url})

    def do_PUT(self):
        body = self.body()
        if body is None:
            return self.answer(400, {"error": "the body must be a JSON object"})
        if self.path == "/faults":
            return self.set_faults(body)
        if (slug := self.slug()) is None:
            return self.answer(404, {"error": "no such page"})
        if self.suffers():
            return self.answer(500, {"error": "the disk doesn't answer"})
        with lock:
            if len(links) >= MAX_LINKS:
                return self.answer(507, {"error": "the store is full"})
            links[slug] = str(body.get("url", ""))
        return self.answer(200, {"url": links[slug]})

    def do_DELETE(self):
        if self.path != "/faults":
            return self.answer(404, {"error": "no such page"})
        return self.set_faults({})

    def set_faults(self, wanted):
        delay, errors = wanted.get("delay", 0), wanted.get("errors", False)
        if not isinstance(delay, (int, float)) or not 0 <= delay <= 10 or not isinstance(errors, bool):
            return self.answer(400, {"error": "delay is a number of seconds up to 10, errors true or false"})
        faults.update(delay=float(delay), errors=errors)
        print(f"faults: {faults}", flush=True)
        return self.answer(200, dict(faults))

    def suffers(self):
        time.sleep(faults["delay"])
        return faults["errors"]

    def slug(self):
        return self.path.removeprefix("/links/") if self.path.startswith("/links/") else None

    def body(self):
        try:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length <= MAX_BODY else None
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

    def answer(self, status, value):
        payload = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


Server(("", 8000), Handler).serve_forever()
