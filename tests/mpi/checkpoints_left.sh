# A checkpoint for which there is no time is looked at again after a round that took
# less of it than was thought, with `until` and without, and `explain` says why it
# is not asked until then.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"
echo one >"$folder/s-1.bin"
echo two >"$folder/s-2.bin"
touch -d '1 hour ago' "$folder"/*

# One load fits before the deadline and two do not, by what the job says of it.
job() { # job FILE [KEYS]
    seconds=$(date +%-S)
    [ "$seconds" -lt 30 ] && load_s=60 || load_s=45
    deadline=$(date -d '+2 minutes' +%Y-%m-%dT%H:%M)
    cat >"$1" <<JSON
{ "name": "left", "dataset": "sample", "limit": 1, "only": ["privacy/*"],
  "checkpoints": { "files": "$folder/s-*.bin", "backend": "sim:answer={}$2",
                   "settle_s": 0, "tokens_per_s": 20000, "load_s": $load_s,
                   ${3:-} "deadline": "$deadline" } }
JSON
}
models() { # models DIR: in the job of the last round
    python3 -c 'import json, sys
print(*(m["name"] for m in json.load(open(sys.argv[1]))["models"]))' \
        "$1/checkpoints.json"
}

# the first round takes a while: what is left out is told meanwhile
job "$work/left.json" ",load_s=4,sleep"
begin 2 "$work/left" "$work/left.json"
has_begun() {
    "$trustsweep" explain "$work/left" s-1 >"$work/said" 2>&1
}
wait_until 20 has_begun || fail "no round: $(cat "$work/said")"
"$trustsweep" explain "$work/left" s-2 >"$work/said" 2>&1
grep -q "^s-2: left out, no time before the deadline" "$work/said" ||
    fail "explain: $(cat "$work/said")"
"$trustsweep" explain "$work/left" --json >"$work/said"
python3 - "$work/said" <<'PY' || fail "--json: $(cat "$work/said")"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["start"] == 1, said
assert [m["name"] for m in said["models"]] == ["s-1", "s-2"], said
left = said["models"][1]
assert left["state"] == "left out" and left["waits_for"] is None, left
assert left["reason"].startswith("left out, no time"), left
PY
wait $pid || fail "exit $?"
[ "$(grep -c 'checkpoints: 1 new' "$work/left.err")" = 2 ] ||
    fail "not two rounds: $(cat "$work/left.err")"
[ "$(models "$work/left")" = "s-1 s-2" ] || fail "not asked: $(models "$work/left")"
[ ! -e "$work/left/checkpoints-left.json" ] || fail "still left out"
"$trustsweep" explain "$work/left" --json >"$work/said"
grep -q '"start": 2' "$work/said" || fail "which round: $(cat "$work/said")"

# those that come during a round that is told to end: not complete, and complete
job "$work/ends.json" ",load_s=8,sleep"
begin 2 "$work/ends" "$work/ends.json"
wait_until 20 is_state "$work/ends" running || fail "no round: $(cat "$work/ends.err")"
echo half >"$folder/s-9-00001-of-00002.bin"
echo three >"$folder/s-3.bin"
touch -d '1 minute ago' "$folder/s-3.bin"
kill -TERM $pid
wait $pid
rm "$folder/s-9-00001-of-00002.bin" "$folder/s-3.bin"
"$trustsweep" status "$work/ends" >"$work/said"
grep -qx '  s-9: a part is missing or empty' "$work/said" ||
    fail "incomplete: $(cat "$work/said")"
grep -A1 '^1 checkpoint complete, and not asked yet:$' "$work/said" |
    grep -q '^  s-3: no round was begun for it' || fail "complete: $(cat "$work/said")"
"$trustsweep" explain "$work/ends" s-3 >"$work/said" 2>&1
grep -q '^s-3: not asked yet: ' "$work/said" || fail "complete: $(cat "$work/said")"

# and while others are waited for, at once
until=$(date -d '+2 minutes' +%Y-%m-%dT%H:%M)
job "$work/waits.json" "" "\"until\": \"$until\","
begin 2 "$work/waits" "$work/waits.json"
both() { [ "$(models "$work/waits")" = "s-1 s-2" ]; }
wait_until 20 both || fail "while it waits: $(cat "$work/waits.err")"
kill -TERM $pid
wait $pid

# What was measured counts for those that come later, whatever the job said of them.
job "$work/slow.json" "" "\"until\": \"$until\", \"widest\": 0.2,"
sed -i 's/"tokens_per_s": 20000, "load_s": [0-9]*/"tokens_per_s": 30, "load_s": 1/' \
    "$work/slow.json"
begin 2 "$work/slow" "$work/slow.json"
both() { [ "$(models "$work/slow")" = "s-1 s-2" ]; }
wait_until 20 both || fail "the job's speed: $(cat "$work/slow.err")"
kill -TERM $pid
wait $pid

# The speed that was measured counts for those that come later, also where the last
# start had nothing to do: by what the backend says they would be cut.
fast() { # fast: a run of what is there
    cat >"$work/fast.json" <<JSON
{ "name": "fast", "dataset": "sample", "limit": 2, "only": ["privacy/*"],
  "checkpoints": { "files": "$folder/s-*.bin", "widest": 1, "settle_s": 0,
                   "backend": "sim:answer={},tokens_per_s=1",
                   "deadline": "$(date -d '+2 minutes' +%Y-%m-%dT%H:%M)" } }
JSON
    run 3 "$work/fast" "$work/fast.json" || fail "fast: exit $?"
}
mv "$folder/s-2.bin" "$work/"
fast
grep -q "s-1: .* for the deadline" "$work/fast.err" ||
    fail "the first is whole: $(cat "$work/fast.err")"
fast
mv "$work/s-2.bin" "$folder/"
fast
grep -q 'checkpoints: 1 new, 2 models in all' "$work/fast.err" ||
    fail "s-2 is not asked: $(cat "$work/fast.err")"
grep -q "for the deadline" "$work/fast.err" &&
    fail "s-2 is cut: $(cat "$work/fast.err")"
exit 0
