-- Applied to an empty database before functions start.
CREATE TABLE links (
    code   text PRIMARY KEY,
    url    text NOT NULL,
    visits bigint NOT NULL DEFAULT 0
);

-- One row for each idempotency key: the link that it made.
CREATE TABLE keys (
    key  text PRIMARY KEY,
    code text NOT NULL,
    url  text NOT NULL
);

-- What was uploaded, each object once.
CREATE TABLE uploads (
    bucket text NOT NULL,
    key    text NOT NULL,
    PRIMARY KEY (bucket, key)
);

-- The functions' role: what they do, and no more.
GRANT SELECT, INSERT, UPDATE (visits) ON links TO functions;
GRANT SELECT, INSERT ON keys TO functions;
GRANT SELECT, INSERT ON uploads TO functions;
