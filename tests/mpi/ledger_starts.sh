# Where the seconds went, over all starts of a run: two that end, one of them with
# other workers, one that is killed, and one that has nothing to do.
. tests/mpi/lib.sh
dir=$work/run
cat >"$work/job.json" <<'JSON'
{ "name": "starts", "dataset": "sample", "only": ["privacy/*"],
  "models": [ { "name": "m",
    "backend": "sim:sleep,parallel=1,reply_tokens=10,reply_spread=0,tokens_per_s=20,load_s=0.4" } ] }
JSON

# of each start but the last so many seconds, with so many workers
adds_up() { # adds_up WORKERS...
    python3 - "$dir" "$@" <<'PY'
import json, sys
kinds = ["load_s", "prefill_s", "decode_s", "judge_wait_s", "idle_s", "wasted_s"]
ledger = json.load(open(sys.argv[1] + "/run.json"))["ledger"]
starts = ledger["starts"]
assert [s["workers"] for s in starts] == [int(n) for n in sys.argv[2:]], starts
assert all(s["seconds"] > 0.5 for s in starts[:3]), starts
clock = sum(s["workers"] * s["seconds"] for s in starts)
assert abs(ledger["allocated_s"] - clock) < 1e-6, (clock, ledger)
assert abs(sum(ledger[k] for k in kinds) - clock) < 1e-6, (clock, ledger)
for view in "models", "ranks", "cells":
    for kind in kinds + ["allocated_s"]:
        got = sum(one[kind] for one in ledger[view])
        assert abs(got - ledger[kind]) < 1e-6, (kind, view, got, ledger[kind])
for one in ledger["ranks"]:
    assert abs(sum(one[k] for k in kinds) - one["allocated_s"]) < 1e-6, one
PY
}

run 3 "$dir" "$work/job.json" --limit 1 || fail "first: exit $?"
adds_up 2 || fail "after the first"
first=$(field "$dir" ledger.decode_s)

begin 3 "$dir" "$work/job.json" --limit 4
is_kept() { # the second one has said something of what it spent
    python3 -c 'import json, sys
starts = json.load(open(sys.argv[1] + "/ledger.json"))["starts"]
sys.exit(len(starts) < 2 or starts[1]["seconds"] < 0.6)' "$dir"
}
wait_until 30 is_kept || fail "nothing is kept while it runs"
kill -KILL "$pid" $(ranks "$dir" | sed 's/.* //')
wait "$pid" 2>/dev/null
is_free() { [ -z "$(ranks "$dir")" ]; }
wait_until 20 is_free || fail "it goes on"

run 2 "$dir" "$work/job.json" --limit 4 || fail "third: exit $?"
adds_up 2 2 1 || fail "after the third"
run 3 "$dir" "$work/job.json" --limit 4 || fail "with nothing to do: exit $?"
adds_up 2 2 1 2 || fail "in the end"
python3 -c 'import sys; sys.exit(not 2 * float(sys.argv[1]) < float(sys.argv[2]))' \
    "$first" "$(field "$dir" ledger.decode_s)" || fail "the first is forgotten"

"$trustsweep" status "$dir" >"$work/said"
grep -q "^allocated: in 4 starts, .* in all, which the six kinds add up to" \
    "$work/said" || fail "$(cat "$work/said")"
"$trustsweep" explain "$dir" >"$work/said"
grep -qE "^m: done: 12 items; [0-9.]+ s of workers' time, [0-9.]+ s of it" \
    "$work/said" || fail "$(cat "$work/said")"

# the speed is measured, whatever the last start did
"$trustsweep" plan "$work/job.json" --set "forecast_from=\"$dir/results.h5\"" \
    >"$work/said" || fail "plan: $(cat "$work/said")"
grep -qE "^m .* results  " "$work/said" || fail "$(cat "$work/said")"

# what is damaged is not counted, and ends nothing
echo '{ "starts": 3' >"$dir/ledger.json"
run 3 "$dir" "$work/job.json" --limit 4 || fail "damaged: exit $?"
grep -q "what earlier starts spent is not counted" "$dir.err" "$dir"/log/* ||
    fail "not said: $(cat "$dir.err")"

python3 -c 'import h5py' 2>/dev/null || {
    echo "no h5py: results.h5 is not looked at"
    exit 0
}
rm -r "$dir"
for limit in 1 2; do
    run 3 "$dir" "$work/job.json" --limit $limit || fail "again: exit $?"
done
python3 - "$dir" <<'PY' || fail "results.h5"
import h5py, json, sys
kinds = ["load", "prefill", "decode", "judge_wait", "idle", "wasted"]
starts = json.load(open(sys.argv[1] + "/run.json"))["ledger"]["starts"]
clock = sum(s["workers"] * s["seconds"] for s in starts)
with h5py.File(sys.argv[1] + "/results.h5") as file:
    at = file["ledger"]
    for name in "", "cell_":
        got = sum(at[f"{name}{kind}_s"][:].sum() for kind in kinds)
        assert abs(got - clock) < 1e-6, (name, got, clock)
        assert at[name + "units"][:].sum() == 6, name
    assert at["loads"][:].sum() == 4, at["loads"][:]
PY
exit 0
