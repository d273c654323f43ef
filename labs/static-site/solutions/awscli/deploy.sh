#!/usr/bin/env bash
# Publishes site/ as a website on S3-compatible storage. It may run from any
# folder and as often as you like: what is there already is replaced.

set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

: "${SITE_BUCKET:?is not set: run deploy.sh in the toolbox (lab shell)}"
: "${SITE_RELEASE:?is not set: run deploy.sh in the toolbox (lab shell)}"

# The site is prepared beside its sources, never in them.
build=$(mktemp -d)
trap 'rm -rf -- "$build"' EXIT
cp -R site/. "$build"

page=$(<"$build/index.html")
printf '%s\n' "${page//@SITE_RELEASE@/"$SITE_RELEASE"}" > "$build/index.html"

# Each file gets its content type by its name's ending; the storage repeats it
# to browsers as it was told, and says nothing where it was told nothing.
# no-cache: browsers keep everything, and ask each time whether it is still true.
# What begins with a dot stays at home.
aws s3 sync "$build" "s3://$SITE_BUCKET" --delete --no-progress \
  --cache-control no-cache --exclude '.*' --exclude '*/.*'

# Serving the bucket as a website is what makes it readable: there is no policy
# to write. Last, so that the first visitor finds everything in its place.
aws s3api put-bucket-website --bucket "$SITE_BUCKET" --website-configuration '{
  "IndexDocument": {"Suffix": "index.html"},
  "ErrorDocument": {"Key": "404.html"},
  "RoutingRules": [{
    "Condition": {"KeyPrefixEquals": "old.html"},
    "Redirect": {"ReplaceKeyWith": "about/", "HttpRedirectCode": "301"}
  }]
}'

echo "Published release $SITE_RELEASE to $SITE_BUCKET."
