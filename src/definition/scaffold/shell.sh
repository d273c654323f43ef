#!/bin/sh
if [ $# -eq 0 ]; then
    echo "usage: $0 NAME" >&2
    exit 2
fi
echo "${GREETING:-Hello}, $1!"
