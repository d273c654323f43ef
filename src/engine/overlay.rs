//! How a file of the learner's folder is edited for an overlay, and put back.

use std::time::Duration;

/// How long one edit may take.
pub(super) const WITHIN: Duration = Duration::from_secs(30);
/// The exit code for a path that leads out of the folder.
pub(super) const LEADS_OUT: i64 = 79;
/// The exit code for a path on whose way something else than a folder is.
pub(super) const IN_THE_WAY: i64 = 78;

/// Writes standard input to `$1`, with the mode `$3`, or removes `$1`; prints the folders that it
/// made, the innermost first. Links are followed within `/work`, so that what a link led to is
/// what changes, and folders keep their modes and owners. It needs a POSIX shell with `readlink`.
pub(super) const EDIT: &str = r#"path=$1
if [ "$2" = remove-folder ]; then
  rmdir -- "$path" 2>/dev/null
  exit 0
fi
turns=0
while [ -L "$path" ]; do
  turns=$((turns + 1)); [ $turns -le 20 ] || exit 79
  link=$(readlink -- "$path") || exit 79
  case $link in /*) path=$link;; *) path=$(dirname -- "$path")/$link;; esac
done
folder=$(dirname -- "$path")
there=$folder made=
while [ ! -d "$there" ]; do
  if [ -e "$there" ] || [ -L "$there" ]; then exit 78; fi
  made=$made$there'
'
  there=$(dirname -- "$there")
done
real=$(cd -P -- "$there" && pwd -P) || exit 78
case $real/ in /work/*) ;; *) exit 79;; esac
[ -d "$path" ] && exit 78
if [ "$2" = remove ]; then
  rm -f -- "$path"
  exit
fi
mkdir -p -- "$folder" || exit 1
new=$folder/.lab-$$
umask 077
if cat >"$new" && chmod "$3" "$new" && mv -f -- "$new" "$path"; then
  printf '%s' "$made"
else
  code=$?
  rm -f -- "$new"
  exit $code
fi"#;
