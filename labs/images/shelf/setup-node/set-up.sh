# The runner has one Node. What asks for another is told so, and goes on: on
# GitHub the same workflow gets the one that it asks for.
set -euo pipefail

there=$(node --version)
if [[ -n $FILE && ! -f $FILE ]]; then
    echo "::error::The specified node version file at: $FILE does not exist"
    exit 1
fi
if [[ -z $WANTED && -n $FILE && $FILE != *.json ]]; then
    WANTED=$(tr -d '[:blank:]' <"$FILE")
fi
if [[ $WANTED =~ ^v?([0-9]+) && v${BASH_REMATCH[1]} != "${there%%.*}" ]]; then
    echo "::notice::Node ${WANTED%%$'\n'*} isn't in this lab: its runner has $there. On GitHub you get the one you ask for."
fi
echo "node-version=$there" >>"$GITHUB_OUTPUT"
echo "node $there"
