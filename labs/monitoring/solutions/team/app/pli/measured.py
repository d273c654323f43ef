"""Metrics around any WSGI application, and the page that shows them."""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app

REGISTRY = CollectorRegistry()
# The outcome is all that the rules ask for. All values are known beforehand, so
# that the first error of a day is a step from 0 to 1, which rate() can see.
REQUESTS = Counter("http_requests", "Requests, by how they ended.", ["outcome"], registry=REGISTRY)
OUTCOMES = {"2": "ok", "3": "ok", "4": "refused", "5": "failed"}
for outcome in sorted(set(OUTCOMES.values())):
    REQUESTS.labels(outcome)
SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time until the answer began.",
    buckets=(0.01, 0.03, 0.06, 0.12, 0.3, 0.45, 0.6, 1.2, 3),
    registry=REGISTRY,
)
IN_FLIGHT = Gauge("http_requests_in_flight", "Requests being answered.", registry=REGISTRY)

NOT_VISITORS = ("/metrics", "/healthz")


class Measured:
    def __init__(self, application):
        self.application = application
        self.metrics = make_wsgi_app(REGISTRY)

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return self.metrics(environ, start_response)
        if path in NOT_VISITORS:
            return self.application(environ, start_response)

        def started(status, headers, *rest):
            REQUESTS.labels(OUTCOMES.get(status[0], "failed")).inc()
            return start_response(status, headers, *rest)

        with IN_FLIGHT.track_inprogress(), SECONDS.time():
            return self.application(environ, started)
