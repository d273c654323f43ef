#!/bin/sh
# Runs the tests, from wherever it is called.
cd "$(dirname "$0")" || exit 1
PYTHONPATH=src exec python3 -m pytest -q -p no:cacheprovider tests
