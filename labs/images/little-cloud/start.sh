#!/bin/sh
# The container's first process: it reaps what instances leave behind, and hands
# on the signal that ends it.
python3 -m cloud &
cloud=$!
trap 'kill -TERM $cloud 2>/dev/null' TERM INT
while kill -0 "$cloud" 2>/dev/null; do
    wait "$cloud"
    code=$?
done
exit "${code:-1}"
