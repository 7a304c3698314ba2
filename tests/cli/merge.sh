#!/bin/bash
# Parts of a sweep in files of their own, merged: the content is that of one run
# of all of it, questions to a judge, repeats and measures of utility included.
# What cannot be one is refused with names, and no file is left.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
if [ -z "${TRUSTSWEEP:-}" ] || [ ! -x "$TRUSTSWEEP" ]; then
    echo "the program is not built"
    exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

# job NAME ONLY MODELS [UTILITY [LIMIT [REPEATS [JUDGE]]]]
job() {
    cat >"$dir/$1.json" <<JSON
{ "name": "$1", "dataset": "sample", "limit": ${5:-3}, "repeats": ${6:-2},
  "only": [$2], "roles": { "judge": "${7:-sim:answer=Yes}" },
  "models": [$3], "utility": [${4:-}] }
JSON
    "$TRUSTSWEEP" run "$dir/$1.json" --output "$dir/$1" >"$dir/out" 2>&1 ||
        [ $? -eq 1 ] || { cat "$dir/out"; exit 1; }
}
a='{ "name": "a", "backend": "sim:seed=1" }'
b='{ "name": "b", "backend": "sim:seed=5" }'
c='{ "name": "c", "backend": "sim:seed=8" }'
arc='{ "dataset": "sample", "task": "arc-sample" }'
named='{ "name": "a", "backend": "sim:seed=1", "creator": "somebody" }'
all='"safety/*", "ethics/*", "utility/*"'
job whole "$all" "$named, $b, $c" "$arc"
job safety '"safety/*"' "$a, $b"
job ethics '"ethics/*"' "$named, $b"
job useful '"utility/*"' "$a, $b" "$arc"
job third "$all" "$c" "$arc"

merge() { "$TRUSTSWEEP" merge "${@/%//results.h5}" -o "$dir/merged.h5"; }
cd "$dir"
merge safety ethics useful third >out || fail "merge"
grep -q '^merged: .* of 4 files; models: 3; digest ' out || fail "says nothing"
"$TRUSTSWEEP" digest --check merged.h5 >merged.digest || fail "its digest"
"$TRUSTSWEEP" digest whole/results.h5 >whole.digest
cmp merged.digest whole.digest || fail "it is not what one run gives"
"$TRUSTSWEEP" analyze merged.h5 --json --resamples 100 >merged.said
"$TRUSTSWEEP" analyze whole/results.h5 --json --resamples 100 >whole.said
python3 - merged.said whole.said <<'PY' || fail "the analysis is another one"
import json, sys

one, other = (json.load(open(path)) for path in sys.argv[1:])
for said in one, other:  # the set's digest is of the tasks of one run
    del said["analysis"]["sheet"]["audit"]["dataset"]
assert one == other
PY
"$TRUSTSWEEP" report merged.h5 -o page.html >out || fail "report"
for format in csv jsonl redacted; do
    "$TRUSTSWEEP" export merged.h5 --format $format -o tables >out ||
        fail "export as $format"
done
rm merged.h5

# its bytes must reach the disk, and it is put in the place of no device
LD_PRELOAD=$DISK_FAULTS_SO DISK_FAULTS="sync merged.h5 EIO 1" \
    "$TRUSTSWEEP" merge safety/results.h5 ethics/results.h5 -o merged.h5 \
    >out 2>err && fail "merged on a disk that does not sync"
grep -q 'cannot write merged.h5: its bytes do not reach the disk' err ||
    { cat err; fail "no word of the disk"; }
[ -z "$(ls | grep merged.h5)" ] || fail "left: $(ls)"
mkfifo pipe.h5
"$TRUSTSWEEP" merge safety/results.h5 ethics/results.h5 -o pipe.h5 \
    >out 2>err && fail "merged in the place of a pipe"
grep -q 'pipe.h5: it is no regular file' err || { cat err; fail "no word of it"; }
[ -p pipe.h5 ] || fail "the pipe is gone"

# refuse TEXT FILE...: what cannot be one
refuse() {
    local text=$1
    shift
    merge "$@" >out 2>err && fail "merged: $text"
    grep -q -- "$text" err || { cat err; fail "no word of: $text"; }
    [ ! -e merged.h5 ] || fail "a file is left: $text"
}
refuse "'a' has column '.*' in safety/results.h5 and in whole/results.h5" \
    safety whole
job seed '"ethics/*"' '{ "name": "a", "backend": "sim:seed=2" }'
refuse "model 'a' is not the same in both: /models/identity is 'sim:1:" \
    safety seed
job maker '"fairness/*"' '{ "name": "a", "backend": "sim:seed=1",
    "creator": "somebody else" }'
refuse "/models/creator is 'somebody' in .* 'somebody else'" ethics maker
job fewer '"safety/*"' "$c" "" 2
refuse "task 'safety/.*' has other items in fewer" safety fewer
job once '"ethics/*"' "$a" "" 3 1
refuse "safety/results.h5 asked 2 times, once/results.h5 1 times" safety once
job judge '"ethics/*"' "$a" "" 3 2 sim:answer=No
refuse "another model plays role 'judge' in judge/results.h5" safety judge

# recorded answers: a folder is one with itself, also when it has grown, and two of
# one name are two, though no task is in both files
record() { # record FOLDER TASK WORD
    mkdir -p "$dir/$1/${2%/*}"
    python3 - "$OLDPWD/datasets/sample/$2.json" "$dir/$1/$2.json" "$3" <<'PY'
import json, sys

with open(sys.argv[1], encoding="utf-8") as f:
    items = json.load(f)
with open(sys.argv[2], "w", encoding="utf-8") as f:
    json.dump([dict(item, res=sys.argv[3]) for item in items], f)
PY
}
for task in safety/misuse safety/jailbreak; do
    record tape $task "Yes."
    record tape2 $task "No."
done
tape='{ "name": "t", "backend": "replay:tape" }'
job misuse '"safety/misuse"' "$tape"
job jailbreak '"safety/jailbreak"' "$tape"
record tape fairness/disparagement "Yes."
job grown '"fairness/disparagement"' "$tape"
job jailbreak2 '"safety/jailbreak"' "${tape/tape/tape2}"
merge misuse jailbreak grown >out || fail "a folder with itself"
rm merged.h5
refuse "'t': its recorded answers to safety/.* are others in jailbreak2/" \
    misuse jailbreak2
mkdir masked
cp tables/merged.redacted.h5 masked/results.h5
refuse "its texts are redacted" masked third
"$TRUSTSWEEP" merge safety/results.h5 -o one.h5 2>err && fail "one file"
echo "merge: what parts hold is what one run holds"
