"""The receiver: the place where a team reads its alerts, as a webhook.

    POST   /alerts          what Alertmanager sends; it is kept
    GET    /notifications   what came, oldest first, and what it is made of;
                            ?alertname=A&alertname=B&status=firing narrows it,
                            &until-end-of=A leaves out what came after A's last end
    DELETE /notifications   forgets all
    GET    /                the same, to be read by people

A team would have a chat or a pager here. This one shows what they would get.
"""

import json
import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MAX_BODY = 1 << 20
KEPT = 500

lock = threading.Lock()
notifications = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    timeout = 60

    def do_POST(self):
        body = self.body()
        if urlsplit(self.path).path != "/alerts":
            return self.answer(404, {"error": "alerts are received at /alerts"})
        if body is None:
            return self.answer(400, {"error": "this isn't what Alertmanager sends"})
        kept = {
            "at": time.strftime("%H:%M:%S", time.gmtime()),
            "received": time.time(),
            "status": body.get("status"),
            "group": body.get("groupKey"),
            "alerts": [
                {
                    "name": alert.get("labels", {}).get("alertname"),
                    "status": alert.get("status"),
                    "ended": ended(alert),
                    "labels": alert.get("labels", {}),
                    "annotations": alert.get("annotations", {}),
                }
                for alert in body["alerts"]
            ],
        }
        with lock:
            notifications.append(kept)
            del notifications[:-KEPT]
        names = ", ".join(f"{alert['name']} ({alert['status']})" for alert in kept["alerts"])
        print(f"{kept['at']} {kept['status']}: {names}", flush=True)
        return self.answer(200, {})

    def do_GET(self):
        url = urlsplit(self.path)
        with lock:
            kept = list(notifications)
        if url.path == "/notifications":
            return self.answer(200, narrowed(kept, parse_qs(url.query)))
        if url.path == "/healthz":
            return self.answer(200, {})
        if url.path == "/":
            return self.page(kept)
        return self.answer(404, {"error": "no such page"})

    def do_DELETE(self):
        if urlsplit(self.path).path != "/notifications":
            return self.answer(404, {"error": "no such page"})
        with lock:
            notifications.clear()
        return self.answer(200, {})

    def page(self, kept):
        lines = []
        for notification in reversed(kept):
            lines.append(f"{notification['at']} UTC  {notification['status']}")
            for alert in notification["alerts"]:
                summary = alert["annotations"].get("summary", "(no summary)")
                lines.append(f"    {alert['status']:8}  {alert['name']}: {summary}")
                if runbook := alert["annotations"].get("runbook_url"):
                    lines.append(f"              {runbook}")
        text = "\n".join(lines) or "Nothing came yet.\nRien n'est encore arrivé."
        self.send(200, "text/plain; charset=utf-8", (text + "\n").encode())

    def body(self):
        try:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length <= MAX_BODY else None
        except ValueError:
            return None
        if not isinstance(body, dict) or not isinstance(body.get("alerts"), list):
            return None
        return body if all(isinstance(alert, dict) for alert in body["alerts"]) else None

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


def ended(alert):
    """When an alert ended, in seconds since 1970; nothing while it fires."""
    try:
        return datetime.fromisoformat(alert["endsAt"]).timestamp() if alert.get("status") == "resolved" else None
    except (KeyError, TypeError, ValueError):
        return None


def narrowed(kept, query):
    """Notifications that hold an alert of these names in this status."""
    names, statuses = query.get("alertname"), query.get("status")
    last = query.get("until-end-of", [])
    ends = [alert["ended"] for one in kept for alert in one["alerts"] if alert["name"] in last and alert["ended"]]
    kept = [one for one in kept if not ends or one["received"] <= max(ends)]

    def fits(alert):
        return (not names or alert["name"] in names) and (not statuses or alert["status"] in statuses)

    found = [notification for notification in kept if any(fits(alert) for alert in notification["alerts"])]
    return {
        "count": len(found),
        "groups": sorted({str(notification["group"]) for notification in found}),
        "names": sorted({str(alert["name"]) for one in found for alert in one["alerts"] if fits(alert)}),
        "notifications": found,
    }


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


Server(("", 8080), Handler).serve_forever()
