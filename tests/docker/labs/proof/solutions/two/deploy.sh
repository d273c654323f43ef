#!/bin/sh
printf '%s\n' hello > out
