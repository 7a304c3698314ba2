# Where the seconds went, and why: while a model loads, while a judge is waited
# for, and in the end.  In run.json and results.h5 the same seconds by rank, by
# model and by cell, which are all that the workers had by the clock.
. tests/mpi/lib.sh
cat >"$work/job.json" <<'JSON'
{ "name": "ledger", "dataset": "sample", "limit": 1,
  "only": ["ethics/awareness", "safety/misuse", "truthfulness/internal"],
  "models": [
    { "name": "alpha", "access": "open",
      "backend": "sim:tokens_per_s=200,sleep=true,load_s=3" },
    { "name": "beta", "access": "open",
      "backend": "sim:seed=7,tokens_per_s=200,sleep=true,load_s=0.2" } ],
  "roles": { "judge":
    "sim:answer=YES,tokens_per_s=20,sleep=true,load_s=14,parallel=2" } }
JSON
dir=$work/run

# run.json is renewed every five seconds: what is looked at is kept
keep() { # keep NAME: the run as it is now
    mkdir "$work/$1"
    cp "$dir/run.json" "$dir/owner.json" "$work/$1"
}

adds_up() { # adds_up DIR: whatever it is at
    python3 - "$1/run.json" <<'PY'
import json, sys
kinds = ["load_s", "prefill_s", "decode_s", "judge_wait_s", "idle_s", "wasted_s"]
ledger = json.load(open(sys.argv[1]))["ledger"]
for kind in kinds:
    for view in "models", "ranks", "cells":
        got = sum(one[kind] for one in ledger[view])
        assert abs(got - ledger[kind]) < 1e-6, (kind, view, got, ledger[kind])
for one in ledger["ranks"]:
    assert abs(sum(one[k] for k in kinds) - one["allocated_s"]) < 1e-6, one
clock = len(ledger["ranks"]) * ledger["ranks"][0]["allocated_s"]
assert abs(ledger["allocated_s"] - clock) < 1e-6, ledger
assert abs(sum(ledger[k] for k in kinds) - clock) < 1e-6, ledger
PY
}

loads() { # loads DIR: the load that is under way is in the ledger
    python3 - "$1/run.json" <<'PY'
import json, sys
run = json.load(open(sys.argv[1]))
model = [m for m in run["ledger"]["models"] if m["name"] == "alpha"][0]
print("while it loads:", model)
# before the first message of a worker it may be taken for work
sys.exit(not (model["load_s"] > 0.5 and model["decode_s"] < 0.5))
PY
}

says() { # says 'WHAT IS SAID' COMMAND...: on stdout
    words=$1
    shift
    "$trustsweep" "$@" >"$work/said" 2>&1
    grep -q -- "$words" "$work/said"
}

begin 5 "$dir" "$work/job.json"
wait_until 20 grep -q '"doing": *"loading alpha"' "$dir/run.json" ||
    fail "nobody loads"
keep loading
wait_until 20 grep -q "question about its replies waits for judge" \
    "$dir/run.json" || fail "nothing waits for the judge"
keep judged

at=$work/loading
loads "$at" || fail "a load under way"
adds_up "$at" || fail "while it loads"
says "^alpha: it is being loaded" explain "$at" || fail "$(cat "$work/said")"
says "ends in about .*from guesses" explain "$at" || fail "$(cat "$work/said")"
says "ETA about .*, from guesses" status "$at" || fail "$(cat "$work/said")"
says "^ .*safety/misuse .*loading: 1 of 1 left; alpha: it is being loaded" \
    explain "$at" safety/misuse || fail "$(cat "$work/said")"
says "^beta: " explain "$at" alpha && fail "not filtered: $(cat "$work/said")"
at=$work/judged
adds_up "$at" || fail "while it is judged"
says "^ .*internal .*waiting: .*1 question about the repl.* waits for judge" \
    explain "$at" 'truthfulness/*' || fail "$(cat "$work/said")"
wait $pid || fail "exit $?"
adds_up "$dir" || fail "in the end"

says "^allocated: 4 workers, .* in all, which the six kinds add up to" \
    status "$dir" || fail "$(cat "$work/said")"
says "^rank 2 " status "$dir" || fail "no ranks: $(cat "$work/said")"
says "^alpha: done: 3 items; .* of workers' time, .* of it loading" \
    explain "$dir" || fail "$(cat "$work/said")"
says "^  *ethics/awareness  *done: 1 item;" explain "$dir" 'ethics/*' ||
    fail "$(cat "$work/said")"
"$trustsweep" explain "$dir" ethics/awarenes >"$work/said" 2>&1
[ $? = 2 ] || fail "a name that there is not: exit status"
grep -q "did you mean 'ethics/awareness'" "$work/said" || fail "no suggestion"

"$trustsweep" explain "$dir" safety/misuse --json >"$work/why.json" || fail why
python3 - "$work/why.json" <<'PY' || fail "explain --json"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["state"] == "done" and said["reason"] is None, said
assert [m["name"] for m in said["models"]] == ["alpha", "beta"], said
for model in said["models"]:
    assert model["state"] == "done" and model["waits_for"] is None, model
    assert list(model["tasks"]) == ["safety/misuse"], model
    task = model["tasks"]["safety/misuse"]
    assert (task["state"], task["reason"]) == ("done", "1 item"), task
    assert task["units"] == 1 and task["left"] == 0, task
    assert task["spent"]["allocated_s"] > 0, task
PY

python3 -c 'import h5py' 2>/dev/null || {
    echo "no h5py: results.h5 is not looked at"
    exit 0
}
python3 - "$dir" <<'PY' || fail "results.h5"
import h5py, json, sys
kinds = ["load", "prefill", "decode", "judge_wait", "idle", "wasted"]
ledger = json.load(open(sys.argv[1] + "/run.json"))["ledger"]
with h5py.File(sys.argv[1] + "/results.h5") as file:
    at = file["ledger"]
    models = at["model"].asstr()[:]
    cells = list(zip(at["cell_model"].asstr()[:], at["cell_task"].asstr()[:]))
    for kind in kinds:
        rows, by_cell = at[kind + "_s"][:], at[f"cell_{kind}_s"][:]
        assert abs(rows.sum() - by_cell.sum()) < 1e-6, kind
        assert abs(rows.sum() - ledger[kind + "_s"]) < 1e-6, kind
        for name in set(models):
            of_rows = rows[models == name].sum()
            of_cells = sum(s for (m, _), s in zip(cells, by_cell) if m == name)
            assert abs(of_rows - of_cells) < 1e-6, (kind, name)
    all_s = sum(at[kind + "_s"][:].sum() for kind in kinds)
    assert abs(all_s - ledger["allocated_s"]) < 1e-6, all_s
    waits = {cell: s for cell, s in zip(cells, at["cell_judge_wait_s"][:]) if s}
    print("judge waits:", waits)
    # only replies that somebody is asked about are waited for
    assert waits and sum(waits.values()) > 1, waits
    assert {task for _, task in waits} == {"truthfulness/internal"}, waits
PY
