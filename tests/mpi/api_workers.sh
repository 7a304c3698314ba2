# Models and a judge behind HTTP beside models with a GPU: workers without one ask
# the former and nothing else, so no GPU waits for an API; the content is that of a
# run in which any worker asks any model.  mpirun of one's own with no rank to
# spare does that, and so do workers whose fellows without a GPU are lost.
. tests/mpi/lib.sh
. tests/cli/lib.sh
mkfifo "$work/input"
"${FAULT_SERVER:?}" 20 <"$work/input" >"$work/port" &
exec 9>"$work/input"
wait_until 10 test -s "$work/port" || fail "the server does not start"
url=url=http://127.0.0.1:$(cat "$work/port")/v1,parallel=4

slow() {
    echo "sim:seed=$1,load_s=0.3,sleep=true,tokens_per_s=400,parallel=2"
}
jobs() { # jobs [MORE-KEYS]
    cat <<JSON
{ "name": "test", "dataset": "sample", "limit": 4${1:-},
  "models": [
    { "name": "alpha", "backend": "$(slow 1)" },
    { "name": "web", "backend": "http:m,$url" },
    { "name": "beta", "backend": "$(slow 2)" },
    { "name": "gamma", "backend": "$(slow 3)" } ],
  "roles": { "judge": "http:j,$url" } }
JSON
}
jobs >"$work/job.json"
jobs ', "api_workers": 0' >"$work/none.json"
jobs ', "api_workers": 1' >"$work/one.json"
export CUDA_VISIBLE_DEVICES=0,1

replied() { # replied DIR RANKS: "RANK MODEL" of those that answered there
    grep -ho ' [0-9]* worker.c: first reply: model=[a-z]*' \
        "$1"/log/rank[$2].log | sed 's/worker.c.*=//' | sort | uniq -c
}
only() { # only DIR RANKS MODELS: they are asked nothing else
    replied "$1" "$2" | grep -v " \($3\)\$" && fail "$1: ranks $2 ask others"
    replied "$1" "$2" | grep -q . || fail "$1: ranks $2 ask nothing"
}

run 3 "$work/apart" "$work/job.json" || fail "exit $?"
replied "$work/apart" 1-9
[ "$(field "$work/apart" ranks)" = 5 ] || fail "not two workers more"
only "$work/apart" 12 "web\|judge"
only "$work/apart" 34 "alpha\|beta\|gamma"
grep -h 'loading: model=' "$work"/apart/log/rank[12].log | grep 'devices=[0-9]' &&
    fail "a worker without a GPU has one"
grep -qh 'loading: model=.* devices=0' "$work/apart/log/rank3.log" &&
    grep -qh 'loading: model=.* devices=1' "$work/apart/log/rank4.log" ||
    fail "not a GPU each"
nothing_lost "$work/apart" || fail "something is lost"
python3 - "$work/apart/run.json" <<'PYTHON' || fail "ledger"
import json, sys
ledger = json.load(open(sys.argv[1]))["ledger"]
parts = [v for k, v in ledger.items() if k.endswith("_s") and k != "allocated_s"]
assert abs(sum(parts) - ledger["allocated_s"]) < 1e-6, ledger
assert 0 < ledger["without_gpu"]["allocated_s"] < ledger["allocated_s"], ledger
PYTHON

# one for two of them: the judge waits for it, and not for a GPU
run 3 "$work/few" "$work/one.json" || fail "one: exit $?"
[ "$(field "$work/few" ranks)" = 4 ] || fail "one: not one worker more"
only "$work/few" 1 "web\|judge"
only "$work/few" 23 "alpha\|beta\|gamma"

run 3 "$work/any" "$work/none.json" || fail "without them: exit $?"
[ "$(field "$work/any" ranks)" = 3 ] || fail "workers more without a wish"
replied "$work/any" 12 | grep -q "web$" || fail "no worker asks the API"
[ "$(digest "$work/apart")" = "$(digest "$work/any")" ] ||
    fail "they change the content"

# two workers, two GPUs: none to spare
launcher=$("$trustsweep" doctor | sed -n 's/^ok *launcher *//p' |
    sed 's/ -n 3 .*/ -n 3/')
# shellcheck disable=SC2086
timeout 100 $launcher "$trustsweep" run "$work/job.json" \
    --output "$work/own" >"$work/own.out" 2>"$work/own.err" ||
    fail "own mpirun: exit $?"
grep -q "2 ranks more would ask what needs no GPU" "$work/own.err" ||
    fail "not said: $(cat "$work/own.err")"
replied "$work/own" 12 | grep -q "alpha$" || fail "a GPU rests"
[ "$(digest "$work/own")" = "$(digest "$work/any")" ] || fail "own: digest"

# one whose key is missing fails on the worker of its own only, and is given up
# although GPU workers, which never take it, did not fail
python3 - "$work/one.json" "$work/key.json" <<'PYTHON'
import json
import sys

job = json.load(open(sys.argv[1], encoding="utf-8"))
for model in job["models"]:
    if model["name"] == "web":
        model["backend"] = "http:m,key_env=THERE_IS_NO_SUCH_KEY"
json.dump(job, open(sys.argv[2], "w", encoding="utf-8"))
PYTHON
run 3 "$work/key" "$work/key.json"
[ $? = 1 ] || fail "no key: it does not end by itself"
grep -q "model given up: model=web.*THERE_IS_NO_SUCH_KEY is not set" \
    "$work/key.err" || fail "no key: not said"

others_go_on || exit 0
sed 's/"lease_ms": *[0-9]*,//; s/"limit": 4/"limit": 40, "lease_ms": 5000/' \
    "$work/one.json" >"$work/long.json"
begin 3 "$work/lost" "$work/long.json"
wait_until 30 journaled "$work/lost" 8000 || fail "no journal"
kill -KILL "$(rank_pid "$work/lost" 1)"
wait $pid || fail "lost: exit $?"
[ "$(field "$work/lost" counts.workers_lost)" = 1 ] || fail "nobody was lost"
replied "$work/lost" 23 | grep -q "web\|judge" || fail "nobody takes over"
grep -q "asked by any worker from now on.*model=" "$work/lost/log/rank0.log" ||
    fail "it is not in the log"
nothing_lost "$work/lost" || fail "lost: something is lost"
exit 0
