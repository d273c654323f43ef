"""The functions, called as the cloud calls them, on a database of their own."""

import json
import os
import pathlib

import psycopg2
import pytest

URL = os.environ["TEST_DATABASE_URL"]
os.environ |= {"DATABASE_URL": URL, "BASE_URL": "https://pli.test"}

import follow
import hello
import shorten
import show
import stats
import store
import uploads


class Context:
    aws_request_id = "5f0c4b2e-0000-4000-8000-000000000001"
    function_name = "test"


@pytest.fixture(scope="session", autouse=True)
def schema():
    text = (pathlib.Path(__file__).parent.parent / "db/schema.sql").read_text()
    connection = psycopg2.connect(URL)
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        cursor.execute(text)
    connection.close()


def call(function, *, body=None, headers=None, **path):
    event = {"headers": headers or {}, "pathParameters": path, "routeKey": "test", "isBase64Encoded": False}
    if body is not None:
        event["body"] = body
    answer = function.handler(event, Context)
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


def make(url="https://example.org/a", **headers):
    return call(shorten, body=json.dumps({"url": url}), headers=headers)


def test_hello():
    assert call(hello, name="Zoé")[:2] == (200, {"message": "Hello, Zoé!"})


def test_a_link_is_made_shown_and_followed():
    status, link, _ = make()
    assert status == 201
    assert link["url"] == "https://example.org/a"
    assert link["short"] == f"https://pli.test/r/{link['code']}"
    assert call(show, code=link["code"])[:2] == (200, link)
    status, _, headers = call(follow, code=link["code"])
    assert (status, headers["location"]) == (302, "https://example.org/a")
    assert call(show, code=link["code"])[1]["visits"] == 1


@pytest.mark.parametrize("body", [None, "{", "[]", '"a"', "{}", '{"url": 5}', '{"url": "nope"}', '{"url": "javascript:alert(1)"}'])
def test_what_is_no_request_is_refused_with_a_message(body):
    status, answer, _ = call(shorten, body=body)
    assert status == 400 and answer["message"]


@pytest.mark.parametrize("function", [show, follow])
def test_an_unknown_code_is_not_found(function):
    status, answer, _ = call(function, code="nope")
    assert status == 404 and answer["message"]


def test_a_key_makes_one_link():
    before = call(stats)[1]["links"]
    headers = {"idempotency-key": "k1"}
    first, second = make(**headers), make(**headers)
    assert first == second and first[0] == 201
    assert call(stats)[1]["links"] == before + 1


def test_a_key_for_another_url_is_refused():
    headers = {"idempotency-key": "k2"}
    make(**headers)
    assert make("https://example.org/other", **headers)[0] == 422


def test_a_database_that_is_away_is_told_and_comes_back(monkeypatch):
    monkeypatch.setattr(store, "_connection", None)
    monkeypatch.setitem(os.environ, "DATABASE_URL", "postgresql://x@127.0.0.1:1/x")
    status, answer, _ = call(stats)
    assert status == 503 and "127.0.0.1" not in answer["message"]
    monkeypatch.undo()
    assert call(stats)[0] == 200


def test_a_connection_that_died_is_renewed():
    call(stats)
    store._connection.close()
    assert call(stats)[0] == 200


def test_the_log_has_the_request_and_not_its_body(capsys):
    make("https://example.org/secret-path")
    line = capsys.readouterr().out
    assert json.loads(line)["requestId"] == Context.aws_request_id
    assert "secret-path" not in line


def test_uploads_are_counted_once():
    record = {"s3": {"bucket": {"name": "b"}, "object": {"key": "a+b%C3%A9.txt"}}}
    assert uploads.handler({"Records": [record, record]}, Context) == {"keys": ["a bé.txt"] * 2, "new": 1}
