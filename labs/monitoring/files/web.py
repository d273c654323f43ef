"""What store and receiver share: they are asked by what a learner wrote, and
survive whatever that sends.

Threads, bytes of a head and of a body are bounded, for each address by itself,
so that one that floods keeps no other waiting.
"""

import http.client
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Bytes of one line of a head; Python's own bound is 64 KiB for each of a hundred.
http.client._MAXLINE = 8 << 10
#: Connections that one address may have at once.
AT_ONCE = 48


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one packet: no waiting for an acknowledgement.
    wbufsize = -1
    timeout = 60
    most = 64 << 10

    def body(self):
        """The body as a JSON object; nothing where it is none, or too long. What
        isn't read can't be told from the next request, so the connection ends."""
        length = self.headers.get("Content-Length", "0")
        is_number = length.isascii() and length.isdigit() and len(length) <= 9
        if "Transfer-Encoding" in self.headers or not is_number or int(length) > self.most:
            self.close_connection = True
            return None
        try:
            body = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            return None
        return body if isinstance(body, dict) else None

    def answer(self, status, value):
        self.send(status, "application/json", json.dumps(value).encode())

    def send(self, status, content_type, payload):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port, handler):
        super().__init__(("", port), handler)
        self.lock, self.open = threading.Lock(), Counter()

    def count(self, address, by):
        with self.lock:
            self.open[address] += by
            return self.open[address]

    def verify_request(self, request, client_address):
        return self.open[client_address[0]] < AT_ONCE

    def process_request(self, request, client_address):
        self.count(client_address[0], 1)
        try:
            super().process_request(request, client_address)
        except RuntimeError:
            # There is no further thread.
            self.count(client_address[0], -1)
            raise

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.count(client_address[0], -1)

    def handle_error(self, request, client_address):
        pass
