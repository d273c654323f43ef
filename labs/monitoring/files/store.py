"""The store behind Pli: it keeps which slug leads to which URL, in memory.

It belongs to the lab and does its work well, until it is told not to:

    PUT /faults/SWITCH   {"delay": 0.2, "errors": true}
    DELETE /faults/SWITCH

A delay in seconds is slept before each answer about a link; with errors on,
such an answer is a 500. The switch itself is always quick and always right, and
only the lab knows where it is.
"""

import os
import threading
import time

import web

SWITCH = "/faults/" + os.environ["SWITCH"]
MAX_LINKS, MAX_BYTES = 100_000, 32 << 20

lock = threading.Lock()
links = {}
held = {"bytes": 0}
faults = {"delay": 0.0, "errors": False}


class Handler(web.Handler):
    def do_GET(self):
        if self.path == SWITCH:
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
        if self.path == SWITCH:
            return self.set_faults(body)
        if (slug := self.slug()) is None:
            return self.answer(404, {"error": "no such page"})
        if self.suffers():
            return self.answer(500, {"error": "the disk doesn't answer"})
        with lock:
            url, full = str(body.get("url", "")), len(links) >= MAX_LINKS
            held["bytes"] += len(slug) + len(url) - len(links.get(slug, ""))
            if full or held["bytes"] > MAX_BYTES:
                held["bytes"] -= len(slug) + len(url) - len(links.get(slug, ""))
                return self.answer(507, {"error": "the store is full"})
            links[slug] = url
        return self.answer(200, {"url": url})

    def do_DELETE(self):
        if self.path != SWITCH:
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


web.Server(8000, Handler).serve_forever()
