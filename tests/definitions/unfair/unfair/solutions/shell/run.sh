#!/bin/sh
cp -r  site/. /srv/www
