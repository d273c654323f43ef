#!/bin/sh
# Publishes site/ with rclone, which is fast and knows every S3 storage.
#
# The pages are kept by browsers for a minute. What they load is kept for a year,
# for its URL holds a version, style.css?v=1f2e3d4c: another content has another
# URL. One request that rclone doesn't know, the website's switch, is curl's.
set -eu
cd "$(dirname "$0")"
here=$PWD

rm -rf public
mkdir public
(cd site && find . -type f ! -path '*/.*' ! -name '*~' -exec cp --parents -t "$here/public" {} +)

# What takes the place of what, on every page: one line for sed each.
rules=$(mktemp)
trap 'rm -f "$rules"' EXIT
release=$(printf %s "$SITE_RELEASE" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/[\\|&]/\\&/g')
printf 's|%%RELEASE%%|%s|g\n' "$release" > "$rules"
cd public
find . -type f ! -name '*.html' | sort | while read -r file; do
  version=$(sha256sum "$file" | cut -c 1-8)
  printf 's|"%s"|"%s?v=%s"|g\n' "${file#.}" "${file#.}" "$version"
done >> "$rules"
find . -name '*.html' -exec sed -i -f "$rules" {} +

export RCLONE_CONFIG=/dev/null
export RCLONE_S3_PROVIDER=Other RCLONE_S3_ENV_AUTH=true RCLONE_S3_NO_CHECK_BUCKET=true
export RCLONE_S3_ENDPOINT="$AWS_ENDPOINT_URL" RCLONE_S3_REGION="$AWS_REGION"

# Assets first, so that no page ever asks for what isn't there yet.
rclone sync . ":s3:$SITE_BUCKET" --checksum --filter '- *.html' \
  --header-upload 'Cache-Control: public, max-age=31536000, immutable'
rclone sync . ":s3:$SITE_BUCKET" --checksum --filter '+ *.html' --filter '- *' \
  --header-upload 'Cache-Control: max-age=60'

curl -fsS -X PUT "$AWS_ENDPOINT_URL/$SITE_BUCKET?website" -T "$here/website.xml" \
  --aws-sigv4 "aws:amz:$AWS_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
  -H "x-amz-content-sha256: $(sha256sum "$here/website.xml" | cut -d ' ' -f 1)"
