#!/bin/sh
# OpenSSH takes ~ from /etc/passwd, not from HOME, and here each job has a home of its own.
# So that both are the same, as on GitHub, it gets a passwd of this job's.
if [ -n "${RUNNER_TEMP:-}" ]; then
  passwd=${RUNNER_TEMP%/*}/passwd
  [ -s "$passwd" ] || printf 'runner:x:%s:%s::%s:/bin/bash\n' "$(id -u)" "$(id -g)" "$RUNNER_TEMP" > "$passwd"
  export LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD="$passwd" NSS_WRAPPER_GROUP=/etc/group
fi
exec "/usr/lib/openssh/programs/${0##*/}" "$@"
