#!/usr/bin/env bash
# Builds the site into dist/ and publishes it; the work is in the Makefile.
exec make --no-print-directory -C "$(dirname -- "$0")" release
