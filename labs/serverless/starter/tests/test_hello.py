import json

import hello


def test_hello_greets_by_name():
    event = {"pathParameters": {"name": "Ada"}, "headers": {}, "isBase64Encoded": False}
    answer = hello.handler(event, None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["message"] == "Hello, Ada!"
