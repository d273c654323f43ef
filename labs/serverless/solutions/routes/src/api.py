"""What all functions share: answers, the log line, errors."""

import functools
import json
import time

import store


class Refused(Exception):
    """A request that can't be served: a status and a message for people."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def answer(status, body, **headers):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", **headers},
        "body": json.dumps(body),
    }


def handler(function):
    """Makes a Lambda handler of a function from an event to an answer.

    Whatever happens, there is one answer and one line in the log. The line says
    which request and how it went, never what was in it.
    """

    @functools.wraps(function)
    def handle(event, context):
        begun = time.perf_counter()
        try:
            answered = function(event)
        except Refused as refused:
            answered = answer(refused.status, {"message": str(refused)})
        except store.Away:
            answered = answer(503, {"message": "the service is away for a moment; please try again"})
        line = {
            "level": "INFO",
            "requestId": context.aws_request_id,
            "function": context.function_name,
            "route": event.get("routeKey"),
            "status": answered["statusCode"],
            "ms": round((time.perf_counter() - begun) * 1000, 1),
        }
        print(json.dumps(line))
        return answered

    return handle
