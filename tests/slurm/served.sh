# A model server over two nodes of a Slurm job, by the recipe for SGLang, with a
# stand-in for SGLang: both processes come up, meet, answer, and are gone with the
# run.
. tests/slurm/lib.sh
start_lab LAB_NODES=2 LAB_GPUS=4
mkdir -p "$work/py/sglang" "$work/model"
touch "$work/py/sglang/__init__.py"
echo weights >"$work/model/model.safetensors"
cat >"$work/py/sglang/launch_server.py" <<PY
import runpy, sys
sys.argv[1:1] = ["sglang"]
runpy.run_path("$PWD/tests/http/stand_in.py", run_name="__main__")
PY
spec=server:$work/model,with=$PWD/jobs/servers/sglang-nodes.json
cat >"$work/job.json" <<JSON
{ "name": "t", "dataset": "sample", "limit": 2, "models": [
  { "name": "m", "backend": "$spec,gpus=4,args=--tp 8" } ] }
JSON
batch() { # batch DIR: its job's id
    cat >"$1.sh" <<BATCH
#!/bin/sh
#SBATCH --nodes=2 --ntasks-per-node=4 --gres=gpu:4 --time=5
export PMIX_MCA_gds=hash PYTHONPATH=$work/py
export STAND_IN_SEEN=$1.seen STAND_IN_REPORT=$1.report
export OMPI_MCA_btl_vader_single_copy_mechanism=none
exec "$trustsweep" run "$work/job.json" --ranks 2 --output "$1" >"$1.err" 2>&1
BATCH
    login sbatch --parsable -o "$1.log" "$1.sh"
}
nobody() { # nobody DIR: none of its servers lives on its node
    while read -r node pid; do
        ! on "$node" kill -0 "$pid" 2>/dev/null || return 1
    done <"$1.seen"
}
dir=$work/whole
id=$(batch "$dir") || fail "sbatch"
wait_until 100 job_ends "$id" || fail "$(job_state "$id")"
[ "$(field "$dir" state)" = done ] || fail "$(cat "$dir.err" "$dir"/log/*)"
[ "$(field "$dir" counts.failed)" = 0 ] || fail "failed units"
[ "$(cut -d' ' -f1 "$dir.seen" | sort | xargs)" = "node1 node2" ] ||
    fail "not a process on each node: $(cat "$dir.seen")"
wait_until 20 nobody "$dir" || fail "a server is left"
echo "$(field "$dir" counts.done) answers by a server over two nodes"
