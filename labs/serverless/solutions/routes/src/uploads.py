"""Remembers what was put into a bucket. S3 may tell the same twice."""

import json
from urllib.parse import unquote_plus

import store


def handler(event, context):
    # Keys come encoded as in a form: a space is a plus sign.
    uploads = [
        (record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"]))
        for record in event["Records"]
    ]
    new = 0
    with store.transaction() as cursor:
        for upload in uploads:
            cursor.execute("INSERT INTO uploads (bucket, key) VALUES (%s, %s) ON CONFLICT DO NOTHING", upload)
            new += cursor.rowcount
    print(json.dumps({"level": "INFO", "requestId": context.aws_request_id, "uploads": len(uploads), "new": new}))
    return {"keys": [key for _, key in uploads], "new": new}
