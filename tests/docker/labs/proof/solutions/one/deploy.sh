#!/bin/sh
echo hello > out
