#!/bin/bash
# What `submit` works out without asking a queue: a forecast with the type of GPU
# that the site file asks for, and workers without a GPU where a job has use for
# them, with memory and no core for them; of what is on disk already, the rest.
set -euo pipefail
source tests/cli/lib.sh
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
cd "$dir"
cat >job.json <<'JSON'
{ "name": "sweep", "dataset": "sample",
  "gpu_types": [ { "type": "fast" }, { "type": "slow", "speed": 0.25 } ],
  "models": [
    { "name": "a", "backend": "sim:load_s=5", "tokens_per_s": 30 },
    { "name": "b", "backend": "sim:seed=1,load_s=5", "tokens_per_s": 30 },
    { "name": "web", "backend": "http:m,url=http://127.0.0.1:9/v1",
      "tokens_per_s": 400 } ] }
JSON
submit() { # submit NAME SITE [OPTIONS]
    name=$1
    echo "$2" >site.json
    shift 2
    "$TRUSTSWEEP" submit job.json --site site.json --dry-run --output run \
        --nodes 1 "$@" >"$name.out" 2>"$name.err" ||
        fail "$name: $(cat "$name.err")"
}
node='"gpus_per_node": 2, "cpus_per_worker": 1'
submit fast "{ $node, \"gpu_type\": \"fast\" }" --json
submit slow "{ $node, \"gpu_type\": \"slow\" }" --json
submit other "{ $node, \"gpu_type\": \"other\" }" --json
submit none "{ $node }" --json --set api_workers=0
submit script "{ $node, \"coordinator\": [\"--partition=cpu\"] }"
grep -q "^beside rank 0, 1 worker without a GPU" script.err || fail "not said"
grep -q '^#SBATCH --mem=2304M' script.out || fail "its memory is not with rank 0"
grep -q '^#SBATCH --ntasks-per-node=2' script.out || fail "not a worker for a GPU"
"$python" - <<'PY' || fail "forecasts"
import json

fast, slow, other, none = (json.load(open(f"{name}.out"))
                           for name in ("fast", "slow", "other", "none"))
print(fast["forecast_s"], slow["forecast_s"])
assert 3 < slow["forecast_s"] / fast["forecast_s"] < 4.5
assert other["forecast_s"] == fast["forecast_s"]
assert fast["api_workers"] == 1 and none["api_workers"] == 0
assert fast["memory_mb"] - none["memory_mb"] == 256
assert fast["cpus_per_node"] == none["cpus_per_node"] == 2
PY

# what no node holds is refused as `plan` refuses it, and nothing is forecast for
# GPUs that a model must not be on
refused() { # refused NAME PATTERN SITE [OPTIONS]
    name=$1 pattern=$2
    echo "$3" >site.json
    shift 3
    status=0
    "$TRUSTSWEEP" submit "$name.json" --site site.json --dry-run --output run \
        "$@" >"$name.out" 2>"$name.err" || status=$?
    [ "$status" -eq 2 ] || fail "$name: exit $status"
    grep -q "$pattern" "$name.err" || fail "$name: $(cat "$name.err")"
    [ ! -s "$name.out" ] || fail "$name: a script all the same"
}
wide() { # wide MORE: a model of four GPUs
    echo "{ \"name\": \"sweep\", \"dataset\": \"sample\"$1, \"models\": [
        { \"name\": \"a\", \"backend\": \"sim:load_s=60\", \"tokens_per_s\": 20 },
        { \"name\": \"b\", \"backend\": \"sim:seed=1\", \"tokens_per_s\": 100,
          \"load_s\": 1, \"gpus\": 4 } ] }"
}
wide '' >wide.json
refused wide "model 'b' needs 4 GPUs.*2 here" "{ $node }"
refused wide "model 'b' needs 4 GPUs.*2 here" "{ $node }" --nodes 2
cp job.json many.json
refused many "40000 nodes of 2 workers are more than the 65534 workers" \
    "{ $node }" --nodes 40000
wide ', "gpu_types": [ { "type": "fast" }, { "type": "slow" } ]' |
    sed 's/"gpus": 4/"gpus": 2, "on": "slow"/' >typed.json
refused typed "model 'b' may be on no GPU of the workers.*not in its .on." \
    "{ $node, \"gpu_type\": \"fast\" }"
cp typed.json job.json
submit sure "{ $node, \"gpu_type\": \"slow\" }" --json
submit unsure "{ $node }" --json
"$python" - <<'PY' || fail "types of the nodes"
import json

sure, unsure = (json.load(open(f"{name}.out")) for name in ("sure", "unsure"))
assert sure["forecast_s"] > 0
assert unsure["forecast_s"] is None, unsure
assert "names no type of GPU" in unsure["walltime_from"], unsure
PY

# with a model of the login node a dry run says the commands of a real one
set_login=(--set models.1.where=login)
submit part "{ $node }" --limit 7 "${set_login[@]}"
for where in ' --where login' ''; do
    grep -q "^  .* run $dir/job.json --output $dir/run --limit 7 \
${set_login[*]}$where\$" part.err || fail "no command '$where': $(cat part.err)"
done
grep -q 'submitted' part.err && fail "a dry run says it has submitted"
submit part "{ $node }" --json "${set_login[@]}"
grep -q 'run.*--where' part.err part.out && fail "--json for people"

# `plan` forecasts what the batch job asks, as `submit` does, whatever is known of
# the speed of the model that the login node asks, and counts that one's cost
api='{ "name": "api", "backend": "http:m,alias=x,url=http://127.0.0.1:9/v1",
    "where": "login", "price_in": 5, "price_out": 15 }'
echo "{ \"name\": \"sweep\", \"dataset\": \"sample\", \"models\": [ $api,
    { \"name\": \"a\", \"backend\": \"sim:load_s=5\", \"tokens_per_s\": 30 },
    { \"name\": \"b\", \"backend\": \"sim:seed=1,load_s=5\",
      \"tokens_per_s\": 30 } ] }" >job.json
submit both "{ $node }" --json
plan() { # plan NAME [OPTIONS]
    "$TRUSTSWEEP" plan job.json --ranks 3 --workers-per-node 2 "${@:2}" \
        >"$1.out" 2>"$1.err" || fail "plan: $(cat "$1.err")"
}
plan planned --json
"$python" - <<'PY' || fail "plan and submit say different things"
import json

both, planned = (json.load(open(f"{name}.out")) for name in ("both", "planned"))
assert 0 < both["forecast_s"] < 1e6
assert abs(planned["makespan_high_s"] / both["forecast_s"] - 1) < 1e-9
assert planned["forecast_without"] == ["api"]
api, a, _ = planned["models"]
assert api["cost"] > 0 and api["tokens"] == a["tokens"]
assert [m["model"] for m in planned["placement"]] == ["a", "b"]
PY
plan words
grep -qxF "what follows is of the batch job that \`submit\` makes, without 'api', \
asked on the login node" words.out || fail "what is forecast: $(cat words.out)"
grep -q '^forecast for 2 workers: ' words.out || fail "no forecast"
# and once the login node has answered
sed 's/"http:m[^"]*"/"sim:seed=2"/' job.json >now.json
mv now.json job.json
"$TRUSTSWEEP" run job.json --ranks 3 --output run --quiet --where login \
    >run.out 2>&1 || fail "$(cat run.out)"
submit both "{ $node }" --json
plan planned --json --set output=run
"$python" - <<'PY' || fail "what the login node has answered is forecast"
import json

both, planned = (json.load(open(f"{name}.out")) for name in ("both", "planned"))
assert 0 < both["forecast_s"] < 1e6
assert abs(planned["makespan_high_s"] / both["forecast_s"] - 1) < 1e-9
assert planned["forecast_without"] == []
PY
for said in both planned; do
    grep -q '^255 of 765 items are on disk already: this is for the rest$' \
        $said.err || fail "$said: not said: $(cat $said.err)"
done
rm -r run

# one model more: what the others answered is not asked again
models='{ "name": "a", "backend": "sim:answer=x", "tokens_per_s": 30 },
    { "name": "b", "backend": "sim:answer=y", "tokens_per_s": 30 }'
more='{ "name": "c", "backend": "sim:answer=z", "tokens_per_s": 30 }'
job() { echo "{ \"name\": \"sweep\", \"dataset\": \"sample\", \"models\": [ $1 ] }" >job.json; }
job "$more"
submit only "{ $node }" --json
job "$models"
"$TRUSTSWEEP" run job.json --ranks 3 --output run --quiet >run.out 2>&1 ||
    fail "$(cat run.out)"
job "$models, $more"
submit rest "{ $node }" --json
grep -q '^510 of 765 items are on disk already: this is for the rest$' rest.err ||
    fail "not said: $(cat rest.err)"
"$python" - <<'PY' || fail "the rest"
import json

only, rest = (json.load(open(f"{name}.out"))["forecast_s"]
              for name in ("only", "rest"))
print(only, rest)
assert 0 < rest < 1.2 * only # of all three it would be three times
PY

# a night whose folder is missing may be one spelt wrongly
rm -r run
mkdir steps
night() { # night FOLDER
    cat >job.json <<JSON
{ "name": "night", "dataset": "sample",
  "checkpoints": { "files": "$1/step-*", "backend": "sim:answer={}", "until": "06:00" } }
JSON
    submit night "{ \"cpus_per_worker\": 1, \"memory_mb\": 2000 }"
    grep -q '^no checkpoint is there yet; ' night.err || fail "night: $(cat night.err)"
}
night steps
grep -q 'there is no folder' night.err && fail "it is there: $(cat night.err)"
night stepz
grep -q '^there is no folder .*stepz yet; if it is not made later, correct "files"$' \
    night.err || fail "not said that it is missing: $(cat night.err)"
