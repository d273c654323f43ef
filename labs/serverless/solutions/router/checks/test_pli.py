import importlib
import json
import os
import unittest

import psycopg

os.environ["PLI_STORE"] = os.environ["TEST_DATABASE_URL"]
os.environ["PLI_PUBLIC"] = "https://short.test/r/"
main = importlib.import_module("app.main")


class Context:
    aws_request_id = "00000000-0000-4000-8000-000000000000"


def request(method, path, body=None, headers=None):
    answer = main.api(
        {
            "requestContext": {"http": {"method": method}},
            "rawPath": path,
            "headers": headers or {},
            "body": body if body is None or isinstance(body, str) else json.dumps(body),
            "isBase64Encoded": False,
        },
        Context,
    )
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"]


class PliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with psycopg.connect(os.environ["PLI_STORE"]) as connection, open("db/schema.sql") as schema:
            connection.execute("drop schema public cascade; create schema public;" + schema.read())

    def add(self, url="https://e.test/1", **headers):
        return request("POST", "/links", {"url": url}, headers)

    def test_hello(self):
        self.assertEqual(request("GET", "/hello/Ad%C3%A8le")[:2], (200, {"message": "Hello, Adèle!"}))

    def test_round_trip(self):
        status, link, _ = self.add()
        self.assertEqual(status, 201)
        self.assertEqual(link["short"], "https://short.test/r/" + link["code"])
        status, _, headers = request("GET", "/r/" + link["code"])
        self.assertEqual((status, headers["location"]), (302, "https://e.test/1"))
        self.assertEqual(request("GET", "/links/" + link["code"])[:2], (200, {**link, "visits": 1}))
        self.assertEqual(request("GET", "/stats")[0], 200)

    def test_bad_requests(self):
        for body in ["{", "", "5", {}, {"url": 1}, {"url": "ftp://x"}, {"url": "/relative"}]:
            with self.subTest(body=body):
                status, answer, _ = request("POST", "/links", body)
                self.assertEqual(status, 400)
                self.assertTrue(answer["message"])

    def test_unknown(self):
        for path in ["/links/none", "/r/none", "/elsewhere"]:
            self.assertEqual(request("GET", path)[0], 404)
        self.assertEqual(request("DELETE", "/links/none")[0], 405)

    def test_keys(self):
        first = self.add(**{"idempotency-key": "a"})
        self.assertEqual(self.add(**{"idempotency-key": "a"}), first)
        self.assertNotEqual(self.add(**{"idempotency-key": "b"})[1]["code"], first[1]["code"])
        self.assertEqual(self.add("https://e.test/2", **{"idempotency-key": "a"})[0], 422)

    def test_store_away(self):
        url, os.environ["PLI_STORE"] = os.environ["PLI_STORE"], "postgresql://x@127.0.0.1:1/x"
        self.addCleanup(os.environ.__setitem__, "PLI_STORE", url)
        self.assertEqual(request("GET", "/stats")[0], 503)

    def test_uploads(self):
        event = {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "x+y.txt"}}}] * 2}
        self.assertEqual(main.uploads(event, Context), {"keys": ["x y.txt", "x y.txt"], "new": 1})


unittest.main()
