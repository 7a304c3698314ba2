#!/bin/bash
# What a person has in a folder that a command is to work in is not written over:
# the job file itself, tables and recorded answers, and what a link in a run
# directory from elsewhere leads to.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; cat "$dir/said"; exit 1; }

# expect STATUS 'PART OF WHAT IS SAID' COMMAND...
expect() {
    local status=$1 wanted=$2 got=0
    shift 2
    "$TRUSTSWEEP" "$@" >"$dir/said" 2>&1 </dev/null || got=$?
    [ "$got" = "$status" ] || fail "exit $got, not $status: $*"
    grep -qF -- "$wanted" "$dir/said" || fail "no '$wanted': $*"
}

# The job file that is read lies in the folder to work in.
mkdir "$dir/mine"
cat >"$dir/mine/job.json" <<'JSON'
{ "name": "mine", "only": "ethics/awareness", "dataset": "sample",
  "models": [ { "name": "a", "backend": "sim:" } ] }
JSON
cp "$dir/mine/job.json" "$dir/kept.json"
cp "$dir/mine/job.json" "$dir/other.json"
is_kept() {
    cmp -s "$dir/kept.json" "$dir/mine/job.json" || fail "job.json is another"
    [ "$(ls "$dir/mine")" = job.json ] || fail "made: $(ls "$dir/mine")"
}
own="is the job file that was read, and would be written over; name another folder"
ln -s mine "$dir/linked"
for folder in "$dir/mine" "$dir/mine/" "$dir/linked"; do
    expect 2 "$own" run "$dir/mine/job.json" --ranks 2 --limit 1 --quiet \
        --output "$folder"
    is_kept
    expect 2 "$own" prepare "$dir/mine/job.json" -o "$folder"
    is_kept
done
expect 2 "$own" run "$dir/mine/job.json" --set "output=\"$dir/mine\"" --ranks 2
is_kept
(cd "$dir/mine" && expect 2 "$own" run job.json --ranks 2 --output . --quiet)
is_kept
# one that a run, or prepare, has written is nobody's, and is gone on with
expect 0 "" prepare "$dir/other.json" -o "$dir/ready"
expect 0 "all is ready: " prepare "$dir/ready/job.json" -o "$dir/ready"
expect 0 "" run "$dir/other.json" --ranks 2 --limit 1 --quiet --output "$dir/run"
expect 0 "" run "$dir/run/job.json" --ranks 2 --quiet --output "$dir/run"

# What a run writes is for its user alone, but for what is handed on, which has the
# umask.
for mask in 022 077; do
    (
        umask "$mask"
        expect 0 "" run "$dir/other.json" --ranks 2 --limit 1 --quiet \
            --output "$dir/$mask"
        expect 0 "" export "$dir/$mask/results.h5" --format csv -o "$dir/csv$mask"
    )
    open=$(find "$dir/$mask" -perm /077 ! -name results.h5)
    [ -z "$open" ] || fail "others may read $open"
    [ "$(find "$dir/$mask" -type f | wc -l)" -gt 3 ] || fail "no files of a run"
    modes=$(stat -c %a "$dir/$mask/results.h5" "$dir/csv$mask"/* | sort -u)
    [ "$modes" = "$(printf %o $((0666 & ~mask)))" ] || fail "umask $mask: $modes"
done

# A link in a run directory, which may come from elsewhere, is not followed.
echo precious >"$dir/victim"
for name in log/rank0.log owner.lock; do
    mv "$dir/run/$name" "$dir/aside"
    ln -s "$dir/victim" "$dir/run/$name"
    expect 3 "run/$name: it is a symbolic link, which is not followed; remove it" \
        run "$dir/other.json" --ranks 2 --quiet --output "$dir/run"
    [ "$(cat "$dir/victim")" = precious ] || fail "$name: $(cat "$dir/victim")"
    mv "$dir/aside" "$dir/run/$name"
done

# What is of the name of an export's file, in a folder that no export made.
file=$dir/run/results.h5
export_() { # export_ STATUS 'PART OF WHAT IS SAID' FORMAT FOLDER
    expect "$1" "$2" export "$file" --format "$3" -o "$dir/$4"
}
lost="it would be lost"
while read -r format name; do
    mkdir -p "$dir/$format/$(dirname "$name")"
    echo precious >"$dir/$format/$name"
    export_ 2 "$lost" "$format" "$format"
    [ "$(find "$dir/$format" -type f)" = "$dir/$format/$name" ] ||
        fail "$format: $(find "$dir/$format" -type f)"
    [ "$(cat "$dir/$format/$name")" = precious ] || fail "$format: it is gone"
done <<'NAMES'
csv scores.csv
jsonl a.jsonl
toolkit a/ethics/awareness.json
lm-eval a/mine.json
inspect a/mine.json
redacted results.redacted.h5
NAMES
mkdir "$dir/board"
echo precious >"$dir/board/index.html"
export_ 2 "$lost" leaderboard board
# beside others' files, again; and all in one folder, again
mkdir "$dir/beside"
echo precious >"$dir/beside/notes.txt"
for turn in 1 2; do
    export_ 0 "csv: " csv beside
    export_ 0 "redacted: " redacted beside
    for format in csv jsonl toolkit redacted; do
        export_ 0 "$format: " "$format" all
    done
done
export_ 0 "toolkit: " toolkit beside
export_ 2 "$lost" toolkit beside

# A folder of recorded answers is named after its model.
mkdir "$dir/answers"
cp -r "$dir/all/a" "$dir/answers/$(printf 'a\033[1m')"
expect 2 "[1m: the folder's name, which is its model's, has a control character" \
    score "$dir/answers" -o "$dir/answers.h5"
# A data set is named with its fault.
mkdir -p "$dir/set/ethics"
echo '[{"scenario": 1}]' >"$dir/set/ethics/awareness.json"
expect 3 "$dir/set: ethics/awareness.json: item 0: field " \
    score "$dir/all" --dataset "$dir/set" -o "$dir/answers.h5"
