"""The receiver: the place where a team reads its alerts, as a webhook.

    POST   /alerts                 what Alertmanager sends; it is kept
    GET    /notifications/SWITCH   what came, oldest first, and what it is made of;
                                   ?alertname=A&alertname=B&status=firing narrows it,
                                   &until-end-of=A leaves out what came after A's last end
    DELETE /notifications/SWITCH   forgets all; only the lab knows the switch
    GET    /                       what came, to be read by people

What doesn't come from Alertmanager's own address isn't kept.

A team would have a chat or a pager here. This one shows what they would get.
"""

import os
import socket
import threading
import time
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import web

NOTIFICATIONS = "/notifications/" + os.environ["SWITCH"]
#: Notifications that are kept, and bytes of them.
KEPT, KEPT_BYTES = 500, 8 << 20

lock = threading.Lock()
notifications, sizes = [], []


class Handler(web.Handler):
    most = 512 << 10

    def do_POST(self):
        body = self.body()
        if urlsplit(self.path).path != "/alerts":
            return self.answer(404, {"error": "alerts are received at /alerts"})
        if not from_alertmanager(self.client_address[0]):
            return self.answer(403, {"error": "only Alertmanager tells of alerts here"})
        if body is None or not is_notification(body):
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
            sizes.append(int(self.headers["Content-Length"]))
            while len(sizes) > KEPT or sum(sizes) > KEPT_BYTES:
                del notifications[0], sizes[0]
        names = ", ".join(f"{alert['name']} ({alert['status']})" for alert in kept["alerts"])
        print(f"{kept['at']} {kept['status']}: {names}", flush=True)
        return self.answer(200, {})

    def do_GET(self):
        url = urlsplit(self.path)
        with lock:
            kept = list(notifications)
        if url.path == NOTIFICATIONS:
            return self.answer(200, narrowed(kept, parse_qs(url.query)))
        if url.path == "/healthz":
            return self.answer(200, {})
        if url.path == "/":
            return self.page(kept)
        return self.answer(404, {"error": "no such page"})

    def do_DELETE(self):
        if urlsplit(self.path).path != NOTIFICATIONS:
            return self.answer(404, {"error": "no such page"})
        with lock:
            notifications.clear()
            sizes.clear()
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


def from_alertmanager(address):
    try:
        return address in {found[4][0] for found in socket.getaddrinfo("alertmanager", None, socket.AF_INET)}
    except OSError:
        return False


def is_notification(body):
    """Whether this is what Alertmanager sends, as far as it is looked at."""
    alerts = body.get("alerts")
    return isinstance(alerts, list) and all(
        isinstance(alert, dict) and all(isinstance(alert.get(key, {}), dict) for key in ("labels", "annotations"))
        for alert in alerts
    )


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


web.Server(8080, Handler).serve_forever()
