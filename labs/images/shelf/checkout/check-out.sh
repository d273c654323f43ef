# Fetches from the run's own repository: commits only, never the folder itself.
set -euo pipefail

fail() {
    echo "::error::$1"
    exit 1
}

repositories=$LAB_RUN/repositories
workspace=$(realpath "$GITHUB_WORKSPACE")
origin=$repositories/$REPOSITORY.git
if [[ ! $REPOSITORY =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ || ! -e $origin ]]; then
    fail "there is no repository $REPOSITORY here; there is $GITHUB_REPOSITORY"
fi
[[ ${SUBMODULES:-false} == false ]] || fail '`submodules` isn'\''t offered in this lab'
[[ ${LFS:-false} == false ]] || fail '`lfs` isn'\''t offered in this lab'
for input in ssh-key sparse-checkout; do
    variable=${input//-/_}
    variable=${variable^^}
    [[ -z ${!variable} ]] || echo "::warning::the input \`$input\` has no effect in this lab"
done
cd "$workspace"
target=$(realpath --canonicalize-missing -- "${INTO:-.}")
[[ $target/ == "$workspace"/* ]] || fail '`path` leads out of the workspace'
[[ $DEPTH =~ ^[0-9]+$ ]] || fail '`fetch-depth` is a number; 0 means all commits'
[[ $CLEAN == true || $CLEAN == false ]] || fail "the input \`clean\` is true or false, and was given \"$CLEAN\""
[[ $TAGS == true || $TAGS == false ]] || fail "the input \`fetch-tags\` is true or false, and was given \"$TAGS\""

own=false
[[ $REPOSITORY != "$GITHUB_REPOSITORY" ]] || own=true
asked=$REF
ref=$asked
if [[ -z $ref ]]; then
    ref=refs/heads/main
    [[ $own == false ]] || ref=$GITHUB_SHA
fi

# As in the run's own repository: large files are neither compressed nor compared.
quick=(-c core.compression=0 -c core.bigFileThreshold=1m)
git() {
    local said
    if ! said=$(GIT_TERMINAL_PROMPT=0 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 command git "${quick[@]}" -C "$target" "$@" 2>&1); then
        if grep -Eqi "couldn't find remote ref|not our ref|no such remote ref" <<<"$said"; then
            fail "there is no ref $ref in $REPOSITORY"
        fi
        fail "git $1: ${said//$'\n'/%0A}"
    fi
    printf '%s' "$said"
}

mkdir -p "$target"
if [[ $CLEAN == true ]]; then
    find "$target" -mindepth 1 -delete
fi
git init --quiet --template= -b main
cat >>"$target/.git/config" <<CONFIG
[remote "origin"]
	url = file://$origin
	fetch = +refs/heads/*:refs/remotes/origin/*
[advice]
	detachedHead = false
CONFIG

# Which full name the ref has, and so which local name it gets.
from=
if [[ $ref =~ ^[0-9a-f]{40}$ ]]; then
    from=$ref
else
    names=("refs/heads/$ref" "refs/tags/$ref")
    [[ $ref != refs/* ]] || names=("$ref")
    listed=$(git ls-remote origin "${names[@]}") || { echo "$listed"; exit 1; }
    for name in "${names[@]}"; do
        if grep -Fqx -- "$name" <<<"$(cut -f2 <<<"$listed")"; then
            from=$name
            break
        fi
    done
    [[ -n $from ]] || fail "there is no ref $ref in $REPOSITORY"
fi
depth=("--depth=$DEPTH")
refs=("$from")
if [[ $DEPTH == 0 ]]; then
    depth=()
    refs+=('+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*')
elif [[ $TAGS == true ]]; then
    refs+=('+refs/tags/*:refs/tags/*')
fi
git fetch --quiet --no-tags --no-recurse-submodules "${depth[@]}" origin "${refs[@]}"
commit=$from
[[ $commit =~ ^[0-9a-f]{40}$ ]] || commit=$(git rev-parse FETCH_HEAD)
# The event's own branch is checked out as a branch, as on GitHub.
name=
if [[ $from == refs/heads/* ]]; then
    name=$from
elif [[ -z $asked && $own == true ]]; then
    name=${GITHUB_REF:-}
fi
if [[ $name == refs/heads/* ]]; then
    branch=${name#refs/heads/}
    git checkout --quiet --force -B "$branch" "$commit"
    git update-ref "refs/remotes/origin/$branch" "$commit"
else
    git checkout --quiet --force --detach "$commit"
fi
{
    echo "ref=${asked:-${GITHUB_REF:-}}"
    echo "commit=$commit"
} >>"$GITHUB_OUTPUT"
echo "$REPOSITORY $ref is $commit"
