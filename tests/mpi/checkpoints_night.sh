# A night of checkpoints that does not go well: a file named as another one, a round
# that cannot begin, and the same command, `run` or `submit`, when the time is over.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"
[ "$(date +%-S)" -lt 5 ] && ahead=1 || ahead=2
at=$(date -d "+$ahead minutes" +%s)
until=$(date -d "@$at" +%H:%M)
shown=$(date -d "@$at" '+%Y-%m-%dT%H:%M %Z')
cat >"$work/night.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1,
  "checkpoints": { "files": "$folder/step-*", "until": "$until", "settle_s": 1,
                   "backend": "sim:answer={},tokens_per_s=20000" } }
JSON
cat >"$work/rank" <<SH
#!/bin/sh
[ -e "$work/slow" ] && sleep 4
[ -e "$work/bad" ] && exit 1
exec "$trustsweep" "\$@"
SH
chmod +x "$work/rank"
export TRUSTSWEEP_RANKS="[\"$work/rank\"]"
cat >"$work/site.json" <<JSON
{ "memory_mb": 2000, "cpus_per_worker": 1, "notice_s": 20 }
JSON
submit() {
    "$trustsweep" submit "$work/night.json" --site "$work/site.json" \
        --output "$work/night" --dry-run >"$work/batch.sh" 2>"$work/submit.err"
}
left_out() { grep -c 'checkpoint refused: step-1:' "$work/night.err"; }
status_is() {
    "$trustsweep" status "$work/night" >"$work/status.out"
    grep -qx "night: $1" "$work/status.out"
}

echo one >"$folder/step-1.bin"
echo odd >"$folder/step-1.odd"
begin 3 "$work/night" "$work/night.json"
wait_until 60 status_is "waiting: checkpoints until $shown ($folder/step-\*)" ||
    fail "no first round: $(cat "$work/status.out")"
sleep 3 # several looks
[ "$(left_out)" = 1 ] || fail "said $(left_out) times"
# and in the morning, when nobody has stderr any more
"$trustsweep" status "$work/night" >"$work/said"
grep -A1 '^1 checkpoint refused, and asked nothing:$' "$work/said" |
    grep -qE '^  step-1: .' || fail "status: $(cat "$work/said")"
"$trustsweep" watch "$work/night" --once | grep -q '^  step-1: ' ||
    fail "watch: $("$trustsweep" watch "$work/night" --once)"
"$trustsweep" explain "$work/night" 'step-1' |
    grep -q '^step-1: .' || fail "explain does not know it"
"$trustsweep" status "$work/night" --json >"$work/status.json"
"$trustsweep" watch "$work/night" --once --json >"$work/watch.json"
"$trustsweep" report "$work/night/results.h5" --json --resamples 0 \
    >"$work/report.json" || fail "report: exit $?"
python3 - "$work" "$folder" <<'PY' || fail "refused: $(cat "$work/status.json")"
import json, sys
def load(name):
    return json.load(open(f"{sys.argv[1]}/{name}.json"))
(one,) = load("status")["checkpoints_refused"]
assert one["name"] == "step-1", one
assert one["path"] == sys.argv[2] + "/step-1.odd", one
assert one["reason"], one
assert load("watch")["run"]["checkpoints_refused"] == [one]
report = load("report")
(row,) = report["files"][0]["run"]["skipped"]
assert row == {"name": one["name"], "reason": one["reason"]}, row
assert any(w.startswith("1 checkpoint was asked nothing") for w in report["words"])
PY
touch "$folder/step-1.odd"
said_twice() { [ "$(left_out)" = 2 ]; }
wait_until 20 said_twice || fail "another file, said $(left_out) times"

# one that is gone is told of no more
rm "$folder/step-1.odd"
echo half >"$folder/step-9-00001-of-00002.bin"
is_gone() { ! "$trustsweep" status "$work/night" | grep -q refused; }
wait_until 20 is_gone || fail "still told: $("$trustsweep" status "$work/night")"

# one that begins slowly is no end, though nobody owns the folder until rank 0 does
touch "$work/slow"
stdbuf -oL "$trustsweep" watch "$work/night" --every 1 >"$work/watch.out" 2>&1 &
watcher=$!
echo slow >"$folder/step-0.bin"
starts_slowly() { grep -q 'night: starting again from what' "$work/watch.out"; }
wait_until 30 starts_slowly || fail "a slow round: $(cat "$work/watch.out")"
kill -0 $watcher || fail "watch has ended: $(tail -20 "$work/watch.out")"
goes_on() { status_is "waiting: checkpoints until $shown ($folder/step-\*)"; }
rm "$work/slow"
wait_until 60 goes_on || fail "after a slow round: $(cat "$work/status.out")"
kill $watcher 2>/dev/null || :
if grep "ended without a word" "$work/watch.out"; then fail "watch: it is dead"; fi

# a round that cannot begin: neither done while it waits, nor in the end
touch "$work/bad"
echo two >"$folder/step-2.bin"
wait_until 60 status_is \
    "waiting: checkpoints until $shown ($folder/step-\*); the last round could not begin" ||
    fail "a bad round: $(cat "$work/status.out")"
wait $pid
[ $? = 3 ] || fail "not 3 in the end"
[ "$(field "$work/night" state)" = failed ] ||
    fail "in the end: $(field "$work/night" state)"
[ "$(field "$work/night" exit_status)" = 3 ] || fail "its exit status"
"$trustsweep" status "$work/night" >"$work/said"
grep -q 'could not begin (exit status 3' "$work/said" ||
    fail "why: $(cat "$work/said")"
# one that was still being written then
grep -A1 '^1 checkpoint not complete, and asked nothing:$' "$work/said" |
    grep -qx '  step-9: a part is missing or empty' ||
    fail "incomplete: $(cat "$work/said")"
"$trustsweep" status "$work/night" --json >"$work/status.json"
"$trustsweep" report "$work/night/results.h5" --json --resamples 0 \
    >"$work/report.json" || fail "report: exit $?"
python3 - "$work" "$folder" <<'PY' || fail "incomplete: $(cat "$work/status.json")"
import json, sys
def load(name):
    return json.load(open(f"{sys.argv[1]}/{name}.json"))
(one,) = load("status")["checkpoints_incomplete"]
assert one == { "name": "step-9", "reason": "a part is missing or empty",
    "path": sys.argv[2] + "/step-9-00001-of-00002.bin" }, one
(row,) = load("report")["files"][0]["run"]["skipped"]
assert row == { "name": "step-9",
    "reason": "not complete: a part is missing or empty" }, row
PY

# HH:MM is that of the night that has begun, and not the next day's
rm "$work/bad"
submit || fail "submit: $(cat "$work/submit.err")"
grep -q "^$shown is over, .*: this job ends the run in $work/night" \
    "$work/submit.err" || fail "submit: $(cat "$work/submit.err")"
grep -q '^walltime 0[01]:' "$work/submit.err" ||
    fail "submit: $(cat "$work/submit.err")"
since=$(sed -n 's/.*--since \([0-9]*\).*/\1/p' "$work/batch.sh")
[ "$since" -lt $(($(date +%s) - 20)) ] || fail "counted from now: $since"
run 3 "$work/night" "$work/night.json" || fail "again: $(cat "$work/night.err")"
grep -q "until $shown is over: the run in .* goes on with what is there" \
    "$work/night.err" || fail "not said: $(cat "$work/night.err")"
[ "$(field "$work/night" state)" = done ] || fail "again: not done"
# and is refused before anything is forecast, once that is complete
submit
grep -q "would be refused: the run in $work/night is complete" \
    "$work/submit.err" || fail "complete: $(cat "$work/submit.err")"

# a job file that names none any more while they are waited for
begins='{ "name": "gone", "dataset": "sample", "limit": 1'
echo "$begins, \"checkpoints\": { \"files\": \"$work/none/step-*\",
    \"until\": \"2999-01-01T00:00\", \"settle_s\": 1,
    \"backend\": \"sim:answer={}\" } }" >"$work/gone.json"
begin 3 "$work/gone" "$work/gone.json"
is_told() { grep -q '^checkpoints: waiting until' "$work/gone.err"; }
wait_until 30 is_told || fail "not said that it waits: $(cat "$work/gone.err")"
echo "$begins, \"models\": [ { \"name\": \"a\", \"backend\": \"sim:\" } ] }" \
    >"$work/gone.next"
mv "$work/gone.next" "$work/gone.json"
wait $pid
[ $? = 2 ] || fail "gone: $(cat "$work/gone.err")"
grep -q 'gone.json: it names no "checkpoints" any more' "$work/gone.err" ||
    fail "gone: $(cat "$work/gone.err")"
exit 0
