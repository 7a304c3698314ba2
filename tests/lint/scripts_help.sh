# Every script says with -h and --help, anywhere, how it is called, and does nothing
# else: of a copy in which only what that takes is found.
set -uo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin" "$dir/tree"
cp -r scripts "$dir/tree/scripts"
# no script may find a program with which it could get, build or install something
for tool in sh bash dirname nproc sed; do
    ln -s "$(command -v $tool)" "$dir/bin/$tool"
done
python=$(python3 -c 'import sys; print(sys.executable)')
list() { (cd "$dir/tree" && find . | sort); }
before=$(list)
bad=0

# check INTERPRETER SCRIPT ARGUMENTS...
check() {
    said=$(cd "$dir/tree" && PATH=$dir/bin TRUSTSWEEP_CACHE=$dir/tree/cache \
        PYTHONDONTWRITEBYTECODE=1 "$@" 2>"$dir/err")
    status=$?
    if [ $status != 0 ] || [ -s "$dir/err" ] || [ "$(list)" != "$before" ] ||
        ! grep -q "^usage: .*${2##*/}" <<<"$said"; then
        echo "FAILED: $*: exit status $status"
        echo "$said"
        cat "$dir/err"
        bad=1
    fi
}

for script in scripts/*; do
    case $script in
    */common.sh) continue ;; # the others source it
    *.py) with=$python ;;
    *) with=$(sed -n '1s|^#!/bin/||p' "$script") ;;
    esac
    check "$with" "$script" --help
    check "$with" "$script" -h
    check "$with" "$script" --other --help
done
[ -n "${said:-}" ] || { echo "FAILED: no script was asked"; bad=1; }
exit $bad
