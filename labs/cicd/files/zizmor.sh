#!/bin/sh
# What zizmor says of the repository's workflows and actions, as JSON, with nothing in the
# repository that silences it: neither its configuration nor `# zizmor: ignore[…]`.
set -eu
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
find . -path ./.git -prune -o -type f \( -path './.github/workflows/*.y*ml' -o -name action.yml -o -name action.yaml \) -print |
  while IFS= read -r file; do
    mkdir -p "$copy/$(dirname "$file")"
    sed 's/#[[:space:]]*zizmor:[[:space:]]*ignore/# asked to ignore/gI' "$file" > "$copy/$file"
  done
cd "$copy"
# It ends with 11 to 14 when it has findings.
zizmor --no-config --offline --no-progress --format json . || test $? -ge 11
