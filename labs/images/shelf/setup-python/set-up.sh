# The runner has one Python. What asks for another is told so, and goes on: on
# GitHub the same workflow gets the one that it asks for.
set -euo pipefail

there=$(python3 -IS -c 'import platform; print(platform.python_version())')
if [[ -n $FILE && ! -f $FILE ]]; then
    echo "::error::The specified python version file at: $FILE doesn't exist."
    exit 1
fi
if [[ -z $WANTED && -n $FILE && $FILE != *.toml ]]; then
    WANTED=$(tr -d '[:blank:]' <"$FILE")
fi
wanted=${WANTED%%$'\n'*}
if [[ $wanted =~ ^3\.([0-9]+) && ${BASH_REMATCH[1]} != "$(cut -d. -f2 <<<"$there")" ]]; then
    echo "::notice::Python $wanted isn't in this lab: its runner has $there. On GitHub you get the one you ask for."
fi
echo "python-version=$there" >>"$GITHUB_OUTPUT"
echo "python $there"
