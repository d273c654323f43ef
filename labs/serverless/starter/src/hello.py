import json


def handler(event, context):
    # `event` is the request, in API Gateway's payload format 2.0. What you
    # return becomes the answer.
    return {
        "statusCode": 501,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"message": "nothing is written here yet"}),
    }
