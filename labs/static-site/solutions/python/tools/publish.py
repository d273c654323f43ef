"""Publishes a folder as a website: publish.py FOLDER.

Endpoint and keys are boto3's own business: it reads them from the environment.
"""

import os
import sys
from pathlib import Path

import boto3

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".txt": "text/plain; charset=utf-8",
}


# What used to be where. An object that only redirects.
MOVED = {"old.html": "/about/"}


def content_type(path):
    try:
        return CONTENT_TYPES[path.suffix]
    except KeyError:
        sys.exit(f"publish.py: which content type has {path}? Add it to CONTENT_TYPES.")


def cache_control(key):
    """Pages are asked for again; assets never, for their names hold a digest."""
    return "no-cache" if key.endswith(".html") else "public, max-age=31536000, immutable"


def publish(folder, bucket):
    s3 = boto3.client("s3", region_name=os.environ["AWS_REGION"])
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    types = {key: content_type(path) for key, path in files.items()}

    # Pages come last: whatever they load is there before them.
    for key in sorted(files, key=lambda key: (key.endswith(".html"), key)):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=files[key].read_bytes(),
            ContentType=types[key],
            CacheControl=cache_control(key),
        )
        print(f"{key}  {types[key]}")
    for key, target in MOVED.items():
        s3.put_object(Bucket=bucket, Key=key, WebsiteRedirectLocation=target)
        print(f"{key}  → {target}")

    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            if item["Key"] not in files and item["Key"] not in MOVED:
                s3.delete_object(Bucket=bucket, Key=item["Key"])
                print(f"{item['Key']}  removed")

    s3.put_bucket_website(
        Bucket=bucket,
        WebsiteConfiguration={
            "IndexDocument": {"Suffix": "index.html"},
            "ErrorDocument": {"Key": "errors/lost.html"},
        },
    )


if __name__ == "__main__":
    publish(Path(sys.argv[1]), os.environ["SITE_BUCKET"])
