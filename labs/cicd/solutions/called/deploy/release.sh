#!/usr/bin/env bash
# Puts an archive on a host, switches to it, asks whether it is well, and switches
# back where it isn't: release.sh ARCHIVE, the rest from the environment.
set -euo pipefail

archive=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(umask 077 && printf '%s\n' "$KEY" > "$folder/key")
printf '%s\n' "$KNOWN_HOSTS" > "$folder/known_hosts"

remote() {
  ssh -i "$folder/key" -o IdentitiesOnly=yes -o "UserKnownHostsFile=$folder/known_hosts" "$LOGIN@$HOST" "$@"
}

# The new link has a name of its own, for another delivery may be at the same point.
switch_to() {
  remote "ln -sfn '$1' /srv/app/.next-$GITHUB_SHA && mv -T /srv/app/.next-$GITHUB_SHA /srv/app/current"
}

is_well() {
  for _ in 1 2 3; do
    if [ "$(curl -fsS "$URL/healthz" | jq -r .commit)" = "$GITHUB_SHA" ]; then
      return 0
    fi
    sleep 0.5
  done
  return 1
}

release=/srv/app/releases/$GITHUB_SHA
before=$(remote 'readlink -f /srv/app/current || true')

remote "rm -rf '$release' && mkdir -p '$release' && tar -xzf - -C '$release'" < "$archive"
switch_to "$release"
if is_well; then
  echo "$HOST serves $GITHUB_SHA"
  exit 0
fi

if [ -n "$before" ] && [ "$before" != /srv/app/current ]; then
  switch_to "$before"
  echo "::error::$GITHUB_SHA isn't well on $HOST; it serves $before again"
else
  echo "::error::$GITHUB_SHA isn't well on $HOST, and there was no release before it"
fi
exit 1
