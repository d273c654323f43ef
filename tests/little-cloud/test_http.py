"""Between HTTP and functions."""

import base64

import pytest
from cloud import payload
from cloud.gateway import allowed, preflight
from cloud.payload import NotAResponse, Request
from cloud.routes import Match, Router
from cloud.template import Cors, Route


def router(*keys):
    routes = [("ANY", key) if key == "$default" else tuple(key.split()) for key in keys]
    return Router((Route(*route), " ".join(route)) for route in routes)


def test_the_most_specific_route_wins():
    found = router("$default", "ANY /a/{x+}", "GET /a/{x}", "GET /a/b", "ANY /a/b")
    assert found.match("GET", "/a/b").route.key == "GET /a/b"
    assert found.match("PUT", "/a/b").route.key == "ANY /a/b"
    assert found.match("GET", "/a/c%20d") == Match(Route("GET", "/a/{x}"), "GET /a/{x}", {"x": "c d"})
    assert found.match("GET", "/a/c/d").parameters == {"x": "c/d"}
    assert found.match("GET", "/else").route.key == "$default"


def test_an_unknown_path_or_method_has_no_route():
    found = router("GET /a/{x}")
    assert found.match("POST", "/a/b") is None
    assert found.match("GET", "/a/") is None
    assert found.match("GET", "/a/b/") is None
    assert found.match("GET", "/A/b") is None


def event(request):
    return payload.event(request, Match(Route("GET", "/a/{x}"), "F", {"x": "b"}), "id", 0.0)


def test_an_event_has_format_2():
    headers = [("Host", "api"), ("X-A", "1"), ("x-a", "2"), ("Cookie", "a=1; b=2")]
    made = event(Request("GET", "/a/b", "q=1&q=2&r=", headers, b""))
    assert made["headers"] == {"host": "api", "x-a": "1,2"}
    assert made["cookies"] == ["a=1", "b=2"]
    assert made["queryStringParameters"] == {"q": "1,2", "r": ""}
    assert made["pathParameters"] == {"x": "b"}
    assert made["requestContext"]["http"]["method"] == "GET"
    assert "body" not in made


def test_a_body_that_is_no_text_is_base64():
    binary = event(Request("POST", "/a/b", "", [("Content-Type", "image/png")], b"\x89"))
    assert (binary["body"], binary["isBase64Encoded"]) == (base64.b64encode(b"\x89").decode(), True)
    broken = event(Request("POST", "/a/b", "", [("Content-Type", "application/json")], b"\xff"))
    assert broken["isBase64Encoded"] is True
    form = event(Request("POST", "/a/b", "", [("Content-Type", "application/x-www-form-urlencoded")], b"a=b"))
    assert (form["body"], form["isBase64Encoded"]) == ("YT1i", True)
    text = event(Request("POST", "/a/b", "", [("Content-Type", "application/json")], b"{}"))
    assert (text["body"], text["isBase64Encoded"]) == ("{}", False)


def test_what_a_function_returns_becomes_an_answer():
    answer = payload.response({"statusCode": 201, "headers": {"X-A": 1, "Content-Length": "9"}, "body": "é", "cookies": ["a=b"]})
    assert (answer.status, answer.body) == (201, "é".encode())
    assert ("x-a", "1") in answer.headers and ("set-cookie", "a=b") in answer.headers
    assert not any(name == "content-length" for name, _ in answer.headers)
    assert payload.response({"a": 1}).body == b'{"a": 1}'
    assert payload.response({"statusCode": "204"}).status == 204
    assert payload.response({"statusCode": 200, "isBase64Encoded": True, "body": "iQ=="}).body == b"\x89"


@pytest.mark.parametrize(
    "returned",
    [
        None,
        {"statusCode": "created"},
        {"statusCode": True},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": 5},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
        {"statusCode": 200, "headers": {"a": None}},
        {"statusCode": 200, "cookies": "a=b"},
        {"statusCode": 200, "isBase64Encoded": True, "body": "!"},
    ],
)
def test_what_is_no_answer_is_told(returned):
    with pytest.raises(NotAResponse):
        payload.response(returned)


def test_only_the_origins_named_are_allowed():
    cors = Cors(origins=("https://a",), methods=("GET",), headers=("content-type",), max_age=5)
    told = dict(preflight(cors, "https://a", "GET"))
    assert told["access-control-allow-origin"] == "https://a"
    assert told["access-control-allow-headers"] == "content-type"
    assert preflight(cors, "https://b", "GET") == []
    assert allowed(cors, None) == []
    assert dict(allowed(Cors(origins=("*",)), "https://b")) == {"access-control-allow-origin": "*"}
