# `submit` where nodes are not equal: memory, types of GPUs, a partition for one
# node only, a node that is drained.  What it asks for is what Slurm can give.
. tests/slurm/lib.sh
start_lab LAB_NODES=2 LAB_GPUS=4 LAB_MEMORY="16000 8000" LAB_TYPES="v100 a100"

# speeds are not known: a worker for each model
python3 -c 'import json, sys
models = [{"name": f"model-{i}", "backend": f"sim:seed={i}"} for i in range(8)]
json.dump({"name": "sweep", "dataset": "sample", "limit": 1,
           "only": ["ethics/*"], "models": models}, open(sys.argv[1], "w"))' \
    "$work/sweep.json"
site() { # site JSON-MEMBERS
    echo "{ \"notice_s\": 30, \"cpus_per_worker\": 1, \"environment\": {
        \"PMIX_MCA_gds\": \"hash\",
        \"OMPI_MCA_btl_vader_single_copy_mechanism\": \"none\" }$1 }" \
        >"$work/site.json"
}
# submit DIR OPTIONS...: 0 as it ends, what it says in $work/said
submit() {
    login "$trustsweep" submit "$work/sweep.json" --site "$work/site.json" \
        --output "$work/$1" "${@:2}" >"$work/out" 2>"$work/said"
}
# asks NODES WHAT OPTIONS...: so many nodes are asked for; nothing is submitted
asks() {
    submit dry --dry-run "${@:3}" || fail "$2: $(cat "$work/said")"
    grep -q "^#SBATCH --nodes=$1\$" "$work/out" ||
        fail "$2: $(grep -- --nodes "$work/out")"
}

site ', "memory_mb": 4000'
asks 2 "equal enough"
site ', "memory_mb": 12000'
asks 1 "memory of the larger node"
site ', "memory_mb": 4000, "gpu_type": "a100"'
asks 1 "one node with that type"
grep -q -- '--gres=gpu:a100:4$' "$work/out" || fail "type: $(cat "$work/out")"
site ', "memory_mb": 4000, "gpu_type": "h100"'
submit dry --dry-run && fail "a type that is not there"
grep -q "4 GPUs as gpu:v100:4" "$work/said" || fail "$(cat "$work/said")"
site ', "memory_mb": 4000, "partition": "single"'
asks 1 "a partition for jobs of one node"
submit dry --dry-run --nodes 2 && fail "two nodes of that partition"
grep -q "say --nodes 1" "$work/said" || fail "$(cat "$work/said")"

# What is drained is not counted, unless it is asked for: then the job waits.
site ', "memory_mb": 4000'
login scontrol update nodename=node2 state=drain reason=test
asks 1 "a node is drained"
grep -q "1 that fit is drained or down" "$work/said" ||
    fail "$(cat "$work/said")"
submit both --nodes 2 || fail "drained: $(cat "$work/said")"
grep -q "it will wait for nodes that are drained" "$work/said" ||
    fail "$(cat "$work/said")"
id=$(cat "$work/out")
job_is "$id" PENDING || fail "it does not wait: $(job_state "$id")"
submit both && fail "a second job while the first one waits"
grep -q "job $id of .* is in the queue already: .*'scancel $id'" "$work/said" ||
    fail "$(cat "$work/said")"
login scontrol update nodename=node2 state=resume
wait_until 90 job_ends "$id"
is_state "$work/both" done || fail "it does not run: $(job_state "$id")"
# A sweep that is complete takes no nodes; one with another item does.
submit both && fail "a complete sweep is submitted"
grep -q "is complete, so a job would find nothing" "$work/said" ||
    fail "$(cat "$work/said")"
submit both --dry-run || fail "complete, dry run: $(cat "$work/said")"
grep -q "it would be refused" "$work/said" || fail "$(cat "$work/said")"
submit both --limit 2 || fail "more items: $(cat "$work/said")"
wait_until 60 job_ends "$(cat "$work/out")"
[ "$(login squeue -h | wc -l)" = 0 ] || fail "something is left in the queue"
echo "unlike nodes, a drained one: what is asked for is what there is"
