#!/bin/bash
# check DIR: what it says of a whole run directory and of one that lacks or
# damages a part, that results.h5 comes back from the journal alone, and that a
# flipped byte in it crashes nobody.
. tests/mpi/lib.sh

# The data set in a place of its own, so that it can be moved.
cp -r datasets/sample "$work/data"
cat >"$work/job.json" <<J
{ "name": "test", "dataset": "$work/data", "only": ["safety/*", "ethics/*"],
  "models": [ { "name": "alpha", "backend": "sim:tokens_per_s=20000" } ] }
J
# In two runs, so that the journal has at least two groups.
run 3 "$work/whole" "$work/job.json" --limit 1 || fail "first run: exit $?"
run 3 "$work/whole" "$work/job.json" || fail "run: exit $?"
whole=$(digest "$work/whole")

# check STATUS 'WORDS' [options]: of $work/dir
check() {
    local wanted=$1 words=$2 got=0
    shift 2
    timeout 120 "$trustsweep" check "$work/dir" "$@" \
        >"$work/check.out" 2>"$work/check.err" || got=$?
    cat "$work/check.err" >>"$work/check.out"
    if [ "$got" != "$wanted" ] || ! grep -qE -- "$words" "$work/check.out"; then
        cat "$work/check.out"
        fail "exit $got, not $wanted, or no '$words'"
    fi
}
fresh() { rm -rf "$work/dir" && cp -r "$work/whole" "$work/dir"; }
flip() { # flip FILE OFFSET
    python3 -c 'import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2]))
    byte = f.read(1)[0]
    f.seek(-1, 1)
    f.write(bytes([byte ^ 16]))' "$1" "$2"
}
journal="$work/dir/journal/000001.tsj"

fresh
before=$(cd "$work/dir" && find . -type f -exec sha256sum {} + | sort)
check 0 "^of the journal: $whole"
check 0 'dir: sound'
check 0 '"verdict": "sound"' --json
"$trustsweep" check "$work/dir" --json >"$work/check.json"
python3 - "$work/check.json" "$whole" <<'PY' || fail "JSON"
import json
import sys

out = json.load(open(sys.argv[1], encoding="utf-8"))
assert out["exit_status"] == 0 and out["findings"] == [], out
assert out["journal"]["records"] > 50, out
assert set(out["results"].values()) == {sys.argv[2]}, out
PY
[ "$before" = "$(cd "$work/dir" && find . -type f -exec sha256sum {} + |
    sort)" ] || fail "check changed something"

# What the next run mends, and that it does.
printf 'torn' >>"$journal"
check 1 'repairable: the journal ends with 4 bytes .* next run cuts'
printf 'x' >"$work/dir/journal/000001.tsj.new"
check 1 'repairable: 1 files of a compaction' --quick
rm "$work/dir/results.h5"
check 1 'repairable: there is no results.h5'
rm "$work/dir/run.json"
check 1 'repairable: run.json is missing'
check 1 '"verdict": "repairable"' --json --quick
run 2 "$work/dir" "$work/job.json" || fail "the next run"
check 0 'sound'
[ "$(digest "$work/dir")" = "$whole" ] || fail "the next run's digest"

# A file that is whole, but of fewer items than are in the journal.
fresh
run 2 "$work/dir" "$work/job.json" --limit 1 || fail "smaller run"
cp "$work/dir/results.h5" "$work/small.h5"
fresh
cp "$work/small.h5" "$work/dir/results.h5"
check 1 'repairable: results.h5 is not what the journal says'
check 1 'repairable: run.json is of another results.h5' --quick

# What must be restored by hand.
fresh
flip "$journal" 100
check 3 'damaged: .*000001.tsj: damaged at byte [0-9]+'
check 3 '"verdict": "damaged"' --json
fresh
rm "$journal"
printf 'TSJOURNL\x01\0\0\0' >"$journal"
python3 - "$journal" <<'PY'
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


with open(sys.argv[1], "r+b") as f:
    f.write(crc32c(f.read()).to_bytes(4, "little"))
PY
check 3 'a journal of version 1, .* version 2; use the program'
run 2 "$work/dir" "$work/job.json" && fail "a run over another version"
grep -q "version 1, this program reads version 2" "$work/dir.err" ||
    fail "no word of the version"
fresh
sed -i 's/"name": "test"/"name": "other"/' "$work/dir/job.json"
check 3 'damaged: .*000001.tsj: belongs to another job'
fresh
echo '{}' >"$work/dir/job.json"
check 3 'damaged: .*job.json.* run writes it anew'
fresh
sed -i '/"name": "test"/d' "$work/dir/job.json"
check 3 "damaged: .*job.json: it has no 'name'"
fresh
rm "$work/dir/job.json"
check 4 'unchecked: results.h5 was not compared .* job.json is missing'
check 1 'repairable: job.json is missing: .* --job JOB until then' --quick

# Without its job.json a run directory is scored with the job file it was run with.
score() { # score STATUS WORDS [options]
    local wanted=$1 words=$2 got=0
    shift 2
    "$trustsweep" score "$work/dir" -o "$work/again.h5" "$@" >"$work/score.out" 2>&1 ||
        got=$?
    if [ $got != "$wanted" ] || ! grep -qE -- "$words" "$work/score.out"; then
        cat "$work/score.out"
        fail "score: exit $got, not $wanted, or no '$words'"
    fi
}
score 2 'job.json is missing: say --job JOB'
cp "$work/job.json" "$work/dir/job.json"
score 2 "to add a role to it, .*'trustsweep run' the same directory" \
    --job "$work/job.json"
rm "$work/dir/job.json"
score 0 "digest: *$whole" --job "$work/job.json"
sed 's/"test"/"other"/' "$work/job.json" >"$work/other.json"
score 3 'belongs to another job' --job "$work/other.json"
sed 's/sim:/sim:seed=5,/' "$work/job.json" >"$work/else.json"
score 2 'none of the [0-9]+ answers in its journal' --job "$work/else.json"
score 0 'left out: [0-9]+ answers' --job "$work/job.json" --limit 1
rm "$work/dir/results.h5"
printf 'no file' >"$work/dir/results.h5"
check 3 'trustsweep score .*/dir --job JOB -o '

# Nor does a run of another job leave a trace in it.
cp "$work/dir/run.json" "$work/word.json"
run 2 "$work/dir" "$work/other.json" && fail "a run of another job"
grep -q "belongs to another job" "$work/dir.err" || fail "no word of that"
launcher=$("$trustsweep" doctor | sed -n 's/^ok *launcher *//p' |
    sed 's/ -n 3 .*/ -n 3/')
# shellcheck disable=SC2086
timeout 60 $launcher "$trustsweep" run "$work/other.json" --output "$work/dir" \
    >"$work/own.out" 2>&1 # the status is mpirun's, and may be 0
grep -q "belongs to another job" "$work/own.out" || fail "no word of that"
cmp "$work/word.json" "$work/dir/run.json" || fail "run.json was overwritten"
[ -e "$work/dir/job.json" ] && fail "job.json is of the other job"
run 2 "$work/dir" "$work/job.json" || fail "a run of its own job: exit $?"
check 0 'sound'

# A run that ended well has sealed its last group: no torn write can be there.
fresh
size=$(stat -c %s "$journal")
flip "$journal" $((size - 30))
check 3 'damaged: .*000001.tsj: damaged at byte [0-9]+'
run 2 "$work/dir" "$work/job.json" && fail "a run over a damaged last group"
at=$(sed -n 's/.*: truncate -s \([0-9]*\) .*/\1/p' "$work/dir.err")
[ -n "$at" ] || fail "no way out is named"
cp -r "$work/whole/." "$work/dir"
truncate -s "$at" "$journal"
check 3 'damaged: the journal has whole records of [0-9]+ items, but run.json'
run 2 "$work/dir" "$work/job.json" || fail "a run over a cut journal"
grep -q 'the journal has lost records: it holds' "$work/dir.err" ||
    fail "no word of what was lost"
check 0 'sound'
[ "$(digest "$work/dir")" = "$whole" ] || fail "the digest after the cut"

# A run that was stopped is whole, and says that it is not at its end.
sed "s/20000/100,sleep=true/" "$work/job.json" >"$work/slow.json"
begin 3 "$work/part" "$work/slow.json"
wait_until 30 journaled "$work/part" 4000 || fail "it does not begin"
kill -INT "$pid"
wait "$pid"
is_state "$work/part" unfinished || fail "not stopped in the middle"
rm -rf "$work/dir" && cp -r "$work/part" "$work/dir"
check 0 'note: the last run ended as unfinished, with [0-9]+ of [0-9]+ items'

# What a job leaves out has no record, and is not missed.
sed 's/"sim:/"sim:seed=3,/; s/\(20000"\)/\1, "fraction": 0.5/' "$work/job.json" \
    >"$work/half.json"
rm -rf "$work/dir"
run 3 "$work/dir" "$work/half.json" || fail "half a run: exit $?"
check 0 'dir: sound'
"$trustsweep" check "$work/dir" --json >"$work/check.json"
python3 - "$work/check.json" "$work/dir/run.json" "$work/whole/run.json" \
    <<'PY' || fail "what is left out"
import json
import sys

check, half, whole = (json.load(open(p, encoding="utf-8")) for p in sys.argv[1:])
assert check["findings"] == [], check
half, whole = half["counts"], whole["counts"]
assert half["done"] == half["units"] == check["journal"]["records"], (half, check)
assert half["left_out"] > 0 and whole["left_out"] == 0, (half, whole)
assert half["units"] + half["left_out"] == whole["units"], (half, whole)
assert half["from_earlier_runs"] == 0, half
PY
"$trustsweep" status "$work/dir" >"$work/status.out"
grep -qE '^([0-9]+) of \1 items done, 0 failed, [1-9][0-9]* others left out;' \
    "$work/status.out" || fail "status: $(cat "$work/status.out")"
run 3 "$work/dir" "$work/half.json" || fail "half a run again: exit $?"
grep -q 'has lost records' "$work/dir.err" && fail "records are missed"
# Answers that are left out by now stay, and are no others.
fresh
sed 's/"sim:seed=3,/"sim:/' "$work/half.json" >"$work/less.json"
run 2 "$work/dir" "$work/less.json" || fail "less of a whole run: exit $?"
grep -q 'has lost records' "$work/dir.err" && fail "whole: records are missed"
check 0 'dir: sound'
[ "$(digest "$work/dir")" = "$whole" ] || fail "answers went"

fresh
rm -r "$work/dir/journal"
check 2 'is no run directory'
rm -r "$work/dir"
check 3 'there is no such folder'
"$trustsweep" status "$work/dir" 2>"$work/status.err"
[ $? = 3 ] || fail "status of no folder"
grep -q 'there is no such folder' "$work/status.err" || fail "status: no words"
"$trustsweep" status "$work" 2>"$work/status.err"
[ $? = 2 ] || fail "status of no run directory"
grep -q 'is no run directory' "$work/status.err" || fail "status: other words"

# The journal and job.json are enough, also where the data set has moved.
fresh
rm "$work/dir/results.h5" "$work/dir/run.json"
rm -rf "$work/dir/log" "$work/dir/models.json" "$work/dir/ledger.json" "$work"/dir/owner*
[ "$(cd "$work/dir" && echo *)" = "job.json journal" ] || fail "more is left"
"$trustsweep" score "$work/dir" -o "$work/again.h5" >/dev/null || fail "score"
[ "$("$trustsweep" digest --check "$work/again.h5")" = "$whole" ] ||
    fail "another digest from the journal alone"
mv "$work/data" "$work/moved"
"$trustsweep" score "$work/dir" -o "$work/third.h5" >/dev/null \
    2>"$work/third.err" && fail "a data set that is not there"
grep -q "$work/data" "$work/third.err" || fail "which data set is not said"
"$trustsweep" score "$work/dir" --dataset "$work/moved" -o "$work/third.h5" \
    >/dev/null || fail "score of a moved data set"
[ "$("$trustsweep" digest --check "$work/third.h5")" = "$whole" ] ||
    fail "another digest with the data set moved"
fresh
check 4 'unchecked: results.h5 was not compared with the journal: .*/data'
check 4 '"verdict": "unchecked"' --json
check 0 'dir: sound' --quick
check 0 "^of the journal: $whole" --dataset "$work/moved"

# Flipped bytes in results.h5: found, or of no content; nobody crashes.
size=$(stat -c %s "$work/whole/results.h5")
found=0
for i in $(seq 40); do
    cp "$work/whole/results.h5" "$work/dir/results.h5"
    flip "$work/dir/results.h5" $((i * size / 41))
    for words in "check $work/dir --quick" "digest --check" "analyze"; do
        got=0
        file=
        [ "${words%% *}" = check ] || file=$work/dir/results.h5
        # shellcheck disable=SC2086
        timeout 60 "$trustsweep" $words $file >"$work/check.out" \
            2>"$work/check.err" || got=$?
        [ "$got" = 0 ] || [ "$got" = 3 ] || fail "$words: exit $got at byte $i"
        if [ "$got" = 3 ]; then found=$((found + 1)); fi
    done
done
echo "$found of 120 readings said that the file is damaged"
[ "$found" -gt 0 ] || fail "no flip was found"
