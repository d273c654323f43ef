#!/bin/nothing
echo never
