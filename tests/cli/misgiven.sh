#!/bin/bash
# Words that cannot be meant: an empty one, a file in place of another kind, what
# another user may not see.  Nothing is read or written by them.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

# expect STATUS 'PART OF WHAT IS SAID' COMMAND...
expect() {
    local status=$1 wanted=$2 got=0
    shift 2
    "${as[@]}" "$TRUSTSWEEP" "$@" >"$dir/said" 2>&1 </dev/null || got=$?
    [ "$got" = "$status" ] || { cat "$dir/said"; fail "exit $got, not $status: $*"; }
    grep -qF -- "$wanted" "$dir/said" ||
        { cat "$dir/said"; fail "no '$wanted': $*"; }
}
as=(env)

# A variable that is not set: as a path it would be the working directory.
for command in run plan prepare submit score analyze digest report check status \
    explain watch calibrate doctor "dataset list" "dataset verify" \
    "export --format csv -o $dir/out" "merge -o $dir/out.h5 a.h5"
do
    words=($command)
    expect 2 " is empty, as a variable that is not set is" "${words[@]}" ""
done
for words in "score runs --dataset" \
    "score runs -o" "report a.h5 -o" "export a.h5 --format csv -o" \
    "merge a.h5 b.h5 -o" "label export a.h5 -o" "label import a.h5 b.csv --key" \
    "run jobs/quickstart.json -o" "submit jobs/quickstart.json --site" \
    "check runs --dataset" "offline export job.json m --dir" \
    "analyze a.h5 --facts"
do
    option=${words##* }
    [ "$option" != -o ] || option=--output
    # shellcheck disable=SC2086
    expect 2 "$option is empty, as a variable that is not set is" $words ""
done
# A folder that is not there, or is in the file's place, is said before anything
# is read.
echo none >"$dir/a.h5"
for words in "report $dir/a.h5 -o" "score $dir -o" "merge $dir/a.h5 $dir/a.h5 -o" \
    "label export $dir/a.h5 -o"
do
    # shellcheck disable=SC2086
    expect 3 "none/x: there is no folder $dir/none" $words "$dir/none/x"
    # shellcheck disable=SC2086
    expect 2 "cannot write $dir: it is a folder" $words "$dir"
done

# So it is of a run directory.
for command in status explain "watch --once" check; do
    words=($command)
    expect 3 "none: there is no such folder" "${words[@]}" "$dir/none"
done

# A results file, or a folder, in place of a job file.
printf '\x89HDF\r\n\x1a\n' >"$dir/results.h5"
for command in run plan prepare submit doctor; do
    status=2
    [ "$command" != doctor ] || status=3
    expect $status "results.h5 is a results file, and a job file is wanted" \
        "$command" "$dir/results.h5"
done

# What a run says of itself may be damaged, or somebody else's.
mkdir "$dir/odd"
damaged() { # damaged PATH-IN-RUN.JSON MEMBERS
    echo "{ \"job\": \"j\", \"state\": \"done\", \"is_final\": true, \"pid\": 7$2 }" \
        >"$dir/odd/run.json"
    for command in status explain "watch --once"; do
        words=($command)
        expect 3 "odd/run.json: \"$1\" is to be " \
            "${words[@]}" "$dir/odd"
    done
}
damaged 'models/[]' ', "models": [null]'
damaged 'models/[]/name' ', "models": [{}]'
damaged 'counts/done' ', "counts": {"units": 7}'
damaged 'counts/units' ', "counts": {"units": "x"}'
damaged 'workers/[]' ', "workers": [3]'
damaged 'ledger/ranks/[]/rank' ', "ledger": {"ranks": [{}]}'
echo '{ "job": "j", "state": "done", "is_final": true, "pid": 7 }' \
    >"$dir/odd/run.json"
echo '{ "job": "j", "job_id": "7" }' >"$dir/odd/submit.json"
echo '{ "accounting": [{ "state": "RUNNING", "energy_j": 3 }], "jobs": [3] }' \
    >"$dir/odd/batch.json"
expect 0 "j: done" status "$dir/odd"
expect 0 "j: done" watch --once "$dir/odd"

# What a run says of itself may be hidden, and is not missing then.
mkdir -m 755 "$dir/hidden" "$dir/hidden/run" "$dir/locked"
echo '{ "job": "j", "state": "done", "is_final": true, "pid": 7 }' \
    >"$dir/hidden/run/run.json"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null &&
    setpriv --reuid=65534 --regid=65534 --clear-groups \
        test -x "$TRUSTSWEEP"; then
    chmod 755 "$dir"
    chmod 700 "$dir/hidden/run"
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    for command in status explain "watch --once"; do
        words=($command)
        expect 3 "cannot read $dir/hidden/run/run.json: Permission denied" \
            "${words[@]}" "$dir/hidden/run"
    done
    expect 3 "cannot read $dir/hidden/run/journal: Permission denied" \
        check "$dir/hidden/run"
    chmod 555 "$dir/locked"
    expect 3 "cannot make the folder $dir/locked/new: Permission denied" \
        run "$PWD/jobs/quickstart.json" --set models.0.backend=sim: \
        --output "$dir/locked/new" --ranks 2
else
    echo "no other user here: what is hidden is left out"
fi
