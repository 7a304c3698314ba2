# A provider replaces the model behind a judge's name during a run: the judge is
# asked no more, its column has no value, everything else has, and it is said.
. tests/mpi/lib.sh
mkfifo "$work/input"
"${FAULT_SERVER:?}" 5 <"$work/input" >"$work/port" &
exec 9>"$work/input"
wait_until 10 test -s "$work/port" || fail "the server does not start"
url=url=http://127.0.0.1:$(cat "$work/port")/v1
job() { # job FILE JUDGE
    cat >"$1" <<JSON
{ "name": "test", "dataset": "sample",
  "only": ["fairness/stereotype_agreement", "safety/misuse"],
  "models": [ { "name": "a", "backend": "sim:tokens_per_s=20000" },
              { "name": "b", "backend": "sim:seed=2,tokens_per_s=20000" } ],
  "roles": { "judge": "http:$2,$url,parallel=1" } }
JSON
}
value() { # value DIR COLUMN: of model a and b
    "$trustsweep" analyze "$1/results.h5" --json --resamples 100 | python3 -c '
import json, sys
scores = json.load(sys.stdin)["scores"]["paper"]
print([s["value"] is not None for s in scores if s["column"] == sys.argv[1]])' "$2"
}
job "$work/same.json" fault:snapshot
run 3 "$work/same" "$work/same.json" || fail "a judge that stays: exit $?"
[ "$(value "$work/same" stereotype_agreement)" = "[True, True]" ] ||
    fail "no value by a judge that stays"
# Several fingerprints under one name are several machines: told, once.
job "$work/prints.json" fault:fingerprints
run 3 "$work/prints" "$work/prints.json" || fail "fingerprints: exit $?"
[ "$(value "$work/prints" stereotype_agreement)" = "[True, True]" ] ||
    fail "no value by a judge of several fingerprints"
[ "$(grep -c "more than one fingerprint (fp_" "$work/prints/log/rank0.log")" = 1 ] ||
    fail "several fingerprints are not told once"
job "$work/job.json" fault:replaced
run 3 "$work/run" "$work/job.json"
[ $? = 1 ] || fail "exit is not 1"
[ "$(field "$work/run" state)" = done ] || fail "not done"
field "$work/run" reason | grep -q "judge_changed: .* answered first" ||
    fail "$(field "$work/run" reason)"
[ "$(field "$work/run" counts.failed)" -gt 0 ] || fail "nothing failed"
[ "$(value "$work/run" stereotype_agreement)" = "[False, False]" ] ||
    fail "a value of two judges"
[ "$(value "$work/run" misuse_rta)" = "[True, True]" ] || fail "others suffer"
"$trustsweep" analyze "$work/run/results.h5" | grep -q "Stopped: .*judge_changed" ||
    fail "the table does not say it"
# Opened again the first one is still known: the new one does not slip in.
run 2 "$work/run" "$work/job.json"
[ $? = 1 ] || fail "opened again: exit is not 1"
[ "$(value "$work/run" stereotype_agreement)" = "[False, False]" ] ||
    fail "opened again: a value of two judges"
"$trustsweep" score "$work/run" -o "$work/again.h5" >/dev/null 2>&1
[ "$("$trustsweep" digest "$work/again.h5")" = \
    "$("$trustsweep" digest "$work/run/results.h5")" ] || fail "scored otherwise"
