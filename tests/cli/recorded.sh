#!/bin/bash
# What score says of recorded answers that it cannot use: to no item, twice and
# different, in files of no task, of tasks without a file; and that it refuses
# when nothing is of the data set.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; cat "$dir/err"; exit 1; }

# edit MODEL 'PYTHON over `items`' [FILE]: the items of a task, answered "Yes."
# and numbered in "res", changed and written as a model's file.
edit() {
    mkdir -p "$(dirname "$dir/$1/${3:-safety/misuse.json}")"
    "$python" - "$dir/$1/${3:-safety/misuse.json}" "$2" <<'PY'
import json
import sys

with open("datasets/sample/safety/misuse.json", encoding="utf-8") as f:
    items = json.load(f)
for i, item in enumerate(items):
    item["res"] = f"Yes, {i}."
exec(sys.argv[2])
with open(sys.argv[1], "w", encoding="utf-8") as f:
    json.dump(items, f)
PY
}

# score STATUS SOURCE...
score() {
    local wanted=$1 got=0
    shift
    rm -f "$dir/out.h5"
    "$TRUSTSWEEP" score "$@" -o "$dir/out.h5" >"$dir/out" 2>"$dir/err" || got=$?
    [ "$got" = "$wanted" ] || fail "exit $got, not $wanted: $*"
    # a task without a file is always said: these models have one task
    if [ "$wanted" = 0 ]; then
        sed -i '/no file for 23 of 24 tasks/d' "$dir/err"
    fi
}
says() { grep -qE -- "$1" "$dir/err" || fail "no '$1'"; }
says_nothing() { [ ! -s "$dir/err" ] || fail "nothing should be said"; }
digest() { "$TRUSTSWEEP" digest "$dir/out.h5"; }

edit a/m 'pass'
"$TRUSTSWEEP" score "$dir/a" -o "$dir/out.h5" >"$dir/out" 2>"$dir/err"
says "m: no file for 23 of 24 tasks, whose items count as missing: .*, \.\.\."
score 0 "$dir/a/m/"
says_nothing
plain=$(digest)

# A file that does not read costs its own answers: the others are scored.
edit t/m 'pass'
printf '[{"prompt": "cut' >"$dir/t/m/safety/jailbreak.json"
score 1 "$dir/t"
says "m: the answers to 1 task failed, as a file does not read: .*jailbreak.json"
says "m: no file for 22 of 24 tasks"
[ -s "$dir/out.h5" ] || fail "nothing was written"
grep -q "misuse" "$dir/out" || fail "misuse is not on the board"
rm "$dir/t/m/safety/misuse.json" # and alone it is an error
score 3 "$dir/t"
says "jailbreak.json:1:"
[ ! -e "$dir/out.h5" ] || fail "something was written"

# One model of two folders, one of them with a comma in its name.
edit 'b,1/m' 'items = items[3:]'
edit b2/m 'items = items[:3] + [dict(items[4])]; del items[3]["res"]'
score 0 "$dir/b,1" "$dir/b2"
says_nothing
[ "$(digest)" = "$plain" ] || fail "another digest of two folders"
score 0 "$dir/b2" "$dir/b,1" "$dir/b2/m"
[ "$(digest)" = "$plain" ] || fail "another digest of a folder given twice"

# An equal answer again says nothing and changes no score; another one is said,
# and the same one counts in any order.
score 0 "$dir/a" "$dir/b2"
says_nothing
"$TRUSTSWEEP" score "$dir/a" -o "$dir/plain.h5" >/dev/null 2>&1
diff <("$TRUSTSWEEP" analyze "$dir/plain.h5" --json | grep -Ev '"[0-9a-f]{64}"') \
    <("$TRUSTSWEEP" analyze "$dir/out.h5" --json | grep -Ev '"[0-9a-f]{64}"') >/dev/null ||
    fail "an equal answer changes scores"

# Keys that are no part of an item change no score, and are named.
edit g/m 'for item in items[3:]: item.update(ch=False, id=len(item["res"]))'
score 0 "$dir/g"
says "m: keys .* no part of an item .* in 1 file: ch, id; .*misuse.json$"
[ "$(wc -l <"$dir/err")" = 1 ] || fail "more is said"
diff <("$TRUSTSWEEP" analyze "$dir/plain.h5" --json | grep -Ev '"[0-9a-f]{64}"') \
    <("$TRUSTSWEEP" analyze "$dir/out.h5" --json | grep -Ev '"[0-9a-f]{64}"') ||
    fail "a key that is no part of an item changes scores"

edit c/m 'items = [dict(items[5], res="No.")]'
score 0 "$dir/a" "$dir/c"
says "m: 1 answer differs from the one .*misuse.json item (5|0), .*counts"
counts=$(digest)
score 0 "$dir/c" "$dir/a"
[ "$(digest)" = "$counts" ] || fail "the order of folders counts"
edit d/m 'items.append(dict(items[5], res=None))'
score 0 "$dir/d"
says "m: 1 answer differs .* is .*misuse.json item 10, and .*item 5 counts"

# What belongs to nothing.
edit e/m 'items[2]["prompt"] += "!"; items[7]["prompt"] += "!"'
edit e/m 'pass' safety/misuses.json
edit e/m 'pass' notes/other.json
score 0 "$dir/e"
says "m: 2 of 10 answers are to no item .*safety/misuse.json item 2\."
says "m: 2 files belong to no task .*notes/other.json, .*misuses.json"
score 0 "$dir/a" --limit 2
if grep -q "to no item" "$dir/err"; then fail "--limit leaves answers out"; fi

# Nothing belongs: nothing is written.  One model of two is only said.
edit f/n 'for item in items: item["prompt"] += "!"'
score 2 "$dir/f"
says "n: none of its 10 answers is to an item .*--dataset"
says "trustsweep score: no recorded answer belongs .*--dataset"
[ ! -e "$dir/out.h5" ] || fail "a file was written"
score 2 "$dir/f" --dataset datasets/sample
says "no recorded answer belongs to an item of .*/datasets/sample$"
edit g/m 'items = []'
score 2 "$dir/g"
says "m: no item of its files has a 'res'"
mv "$dir/g/m/safety/misuse.json" "$dir/g/m/safety/misuse_part1.json"
score 2 "$dir/g"
says "m: 1 file belongs to no task .*misuse_part1.json"

# An answer that is no text.
edit h/m 'items[3]["res"] = 5; items[4]["res"] = {"text": "No."}'
score 0 "$dir/h"
says "m: 2 answers failed: 'res' is neither .*misuse.json item 3$"

# Errors name what was given.
mkdir -p "$dir/i/m/safety/misuse.json"
score 3 "$dir/i"
says "trustsweep score: model 'm': .*misuse.json: Is a directory"
rmdir "$dir/i/m/safety/misuse.json"
if [ "$(id -u)" != 0 ]; then # who root is may look anywhere
    chmod 000 "$dir/i/m"
    score 3 "$dir/i"
    says "i/m: Permission denied"
    chmod 700 "$dir/i/m"
fi
score 0 "$dir/a"
score 2 "$dir/a/m/safety/misuse.json"
says "misuse.json is a file; give the run directory"
score 2 "$dir/a" --only misuse_rta
says "'misuse_rta' is a column of task safety/misuse"
score 2 "$dir/a" --limit -1
says "limit: -1 is not between 0 and"
if "$TRUSTSWEEP" score "$dir/a" -o "$dir/none/o.h5" >/dev/null 2>"$dir/err"
then
    fail "wrote into a folder that is not there"
fi
says "none/o.h5: there is no folder .*/none; make it"
score 0 "$dir/f" "$dir/a"
says "n: none of its 10 answers is to an item .*--dataset"
if grep -q " m: " "$dir/err"; then fail "m is said"; fi

# Columns of tasks that were not asked for are not shown; nor is an empty
# comparison.  A reader who has seen enough is no error, a full disk is one.
score 0 "$dir/a" --only safety/misuse
analyze() { "$TRUSTSWEEP" analyze "$dir/out.h5" "$@"; }
if grep -q "no items" "$dir/out"; then fail "columns without items"; fi
[ "$(analyze --published | wc -l)" = 1 ] || fail "an empty comparison"
for other in --all "--profile corrected" "--profile both"; do
    # shellcheck disable=SC2086 # two words
    if analyze --published $other >"$dir/out" 2>"$dir/err"; then
        fail "--published $other"
    fi
    says "--published is of the ranked columns in profile paper"
done
{ sleep 0.5; analyze 2>"$dir/err" || echo "exit $?" >>"$dir/err"; } | true
says_nothing
if analyze >/dev/full 2>"$dir/err"; then fail "a full disk is nothing"; fi
says "cannot write to standard output"

# A job file gives the models' entries and the settings; the folders' answers
# stand for its backends, and its other models are left out.
cat >"$dir/job.json" <<'J'
{ "name": "again", "dataset": "sample", "only": ["safety/misuse"],
  "models": [ { "name": "other", "backend": "sim:" },
              { "name": "m", "backend": "sim:", "access": "proprietary" } ] }
J
score 0 "$dir/a" --job "$dir/job.json"
says_nothing
"$TRUSTSWEEP" analyze "$dir/out.h5" --json >"$dir/board.json"
"$python" - "$dir/board.json" <<'PY' || fail "not the job's model with the answers"
import json
import sys

board = json.load(open(sys.argv[1], encoding="utf-8"))
models = [(m["name"], m["access"]) for m in board["models"]]
assert models == [("m", "proprietary")], models
states = [s["states"] for s in board["scores"]["paper"]
          if s["column"] == "misuse_rta"]
assert states and states[0]["missing"] == 0, states
PY

# Access is what the job says, before what the published board has of a model of
# that name; where nobody says, the file does not know, and the analysis asks the
# board.
access() { # the file's and the analysis', "NAME file analysis"
    "$TRUSTSWEEP" analyze "$dir/out.h5" --json >"$dir/board.json"
    "$python" - "$dir/board.json" <<'PY'
import json
import sys

board = json.load(open(sys.argv[1], encoding="utf-8"))
for own, seen in zip(board["models"], board["analysis"]["models"]):
    print(own["name"], own["access"] or "-", seen["access"] or "-")
PY
}
for name in gpt-4 nobody; do edit "p/$name" 'pass'; done
score 0 "$dir/p"
[ "$(access)" = "gpt-4 - proprietary
nobody - -" ] || fail "access without a job: $(access)"
cat >"$dir/access.json" <<'J'
{ "name": "again", "dataset": "sample", "only": ["safety/misuse"],
  "models": [ { "name": "gpt-4", "backend": "sim:", "access": "open-weight" },
              { "name": "nobody", "backend": "sim:" } ] }
J
score 0 "$dir/p" --job "$dir/access.json"
[ "$(access)" = "gpt-4 open open
nobody - -" ] || fail "access of the job: $(access)"
score 2 "$dir/f" --job "$dir/job.json"
says "job.json: no model is named 'n', .*name it, or give only .*'other'"
