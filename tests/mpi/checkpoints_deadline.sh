# What is told of a deadline while checkpoints are asked: beside the ETA, once when it
# will not be met, which the ETA has to say for half a minute, once when it has
# passed, and in the morning.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"
echo one >"$folder/s-1.bin"
touch -d '1 hour ago' "$folder"/*
[ "$(date +%-S)" -lt 30 ] && ahead=2 || ahead=3
at=$(date -d "+$ahead minutes" +%s)
at=$((at - at % 60))
shown=$(date -d "@$at" '+%Y-%m-%dT%H:%M %Z')

# by what the job says there is time for all of it, and there is not
cat >"$work/late.json" <<JSON
{ "name": "late", "dataset": "sample",
  "checkpoints": { "files": "$folder/s-*.bin", "settle_s": 0,
                   "backend": "sim:answer={},tokens_per_s=3,sleep",
                   "tokens_per_s": 20000, "load_s": 1,
                   "deadline": "$(date -d "@$at" +%Y-%m-%dT%H:%M)" } }
JSON
begin 2 "$work/late" "$work/late.json"
status_has() { # status_has PATTERN
    "$trustsweep" status "$work/late" >"$work/said" 2>&1
    grep -qE "$1" "$work/said"
}
said() { grep -c "$1" "$work/late.err"; }
is_said() { [ "$(said "$1")" -gt 0 ]; }
wait_until 20 status_has "^deadline $shown, in [0-9]" ||
    fail "status: $(cat "$work/said")"
# at most 150 s away; by then the ETA has long left what the job says
wait_until 140 is_said "deadline $shown will not be met: ETA .*, which is .* after" ||
    fail "not foreseen: $(cat "$work/late.err")"
wait_until 10 status_has "^deadline $shown, in .*: by the ETA it ends .* after it" ||
    fail "status, late: $(cat "$work/said")"
wait_until 20 is_said 'ETA .* (deadline in .*, too late)' ||
    fail "the progress line: $(cat "$work/late.err")"
"$trustsweep" watch "$work/late" --once | grep -q "^deadline $shown, in " ||
    fail "watch: $("$trustsweep" watch "$work/late" --once)"
"$trustsweep" status "$work/late" --json >"$work/said"
python3 - "$work/said" "$shown" $at <<'PY' || fail "--json: $(cat "$work/said")"
import json, sys
run = json.load(open(sys.argv[1]))
assert run["deadline"] == sys.argv[2]
assert run["deadline_unix_s"] == int(sys.argv[3])
assert run["late_s"] > 0
PY
wait_until 150 is_said \
    "deadline $shown has passed with [0-9]* of [0-9]* items done: the other [0-9]* are" ||
    fail "not said that it has passed: $(cat "$work/late.err")"
status_has "^deadline $shown, passed .* ago" || fail "passed: $(cat "$work/said")"
sleep 6 # another look
[ "$(said 'will not be met')" = 1 ] || fail "foreseen again and again"
[ "$(said 'has passed with')" = 1 ] || fail "passed again and again"
kill -TERM $pid
wait $pid
status_has "^ended .* after its deadline, $shown" ||
    fail "in the end: $(cat "$work/said")"
[ ! -e "$work/late/checkpoints-due.json" ] || fail "left behind for other runs"
exit 0
