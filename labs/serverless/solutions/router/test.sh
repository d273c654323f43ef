#!/bin/bash
set -e
cd "$(dirname "$0")"
PYTHONPATH=. python3 checks/test_pli.py
