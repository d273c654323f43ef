#!/bin/sh
echo hello > page
echo hello
