"""What the lab's own services in `monitoring` do with whatever is sent to them."""

import json
import socket
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "labs/monitoring/files"))

import web  # noqa: E402


class Echo(web.Handler):
    def do_PUT(self):
        self.answer(200, {"body": self.body()})


@pytest.fixture
def port():
    server = web.Server(0, Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def put(port, length, body=b""):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sender:
        sender.sendall(b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n" + body)
        return json.loads(sender.makefile("rb").read().split(b"\r\n\r\n", 1)[1])["body"]


def test_a_body_of_a_told_length_is_read(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sender:
        sender.sendall(b'PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8\r\n\r\n{"a": 1}')
        assert b'{"body": {"a": 1}}' in sender.makefile("rb").read()


@pytest.mark.parametrize("length", [b"-1", b"1000000000", b"0000000001000000000", b"1e9", b"+8", "٣".encode(), b"9" * 5000])
def test_no_length_makes_the_service_read_without_end(port, length):
    assert put(port, length, b"{}") is None
    assert put(port, b"65537") is None
