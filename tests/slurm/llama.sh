# A real model through sbatch, on two nodes: copied to each node's own disk once,
# and the digest is that of one machine.
. tests/slurm/lib.sh
model=${TRUSTSWEEP_MODELS:-${XDG_CACHE_HOME:-$HOME/.cache}/trustsweep/models}
model=$model/SmolLM2-135M-Instruct.Q4_1.gguf
[ -f "$model" ] || { echo "no model; scripts/model.sh gets one"; exit 77; }
cat >"$work/job.json" <<JSON
{ "name": "real", "dataset": "sample", "limit": 1,
  "only": ["ethics/*", "fairness/*"], "generation": { "max_tokens": 3 },
  "models": [ { "name": "smollm2",
                "backend": "llama:$model,parallel=1,context=1024" } ] }
JSON
"$trustsweep" plan "$work/job.json" >"$work/plan" 2>"$work/plan.err" || {
    grep -q "no backend 'llama'" "$work/plan.err" && exit 77
    fail "$(cat "$work/plan.err")"
}
start_lab LAB_NODES=2 LAB_GPUS=1
# a disk of its own for each node
mkdir "$work/scratch"
for node in node1 node2; do
    on $node mount -t tmpfs tmpfs "$work/scratch" || fail "no disk on $node"
done
cat >"$work/site.json" <<JSON
{ "notice_s": 30, "memory_mb": 4000, "gpus_per_node": 0, "workers_per_node": 2,
  "cpus_per_worker": 1, "scratch": "$work/scratch/\$SLURM_CLUSTER_NAME",
  "environment": { "PMIX_MCA_gds": "hash", "TRUSTSWEEP_THREADS": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none" } }
JSON
TRUSTSWEEP_THREADS=1 "$trustsweep" run "$work/job.json" --ranks 2 \
    --output "$work/one" >"$work/one.err" 2>&1 || fail "on one machine: $?"
dir=$work/run
id=$(login "$trustsweep" submit "$work/job.json" --site "$work/site.json" \
    --output "$dir" --nodes 2 --time 10 2>"$work/submit.err") ||
    fail "$(cat "$work/submit.err")"
wait_until 400 job_ends "$id"
is_state "$dir" done || fail "$(cat "$dir"/log/batch-*.log)"
[ "$(field "$dir" ranks)" = 5 ] || fail "ranks"
[ "$(digest "$dir")" = "$(digest "$work/one")" ] || fail "another digest"
# Which nodes load a model is for the schedule to say; so two runs more, one on
# each node, of two workers that load at the same time.
sum=$(sha256sum "$model" | cut -d' ' -f1)
cat >"$work/two.json" <<JSON
{ "name": "two", "limit": 1, "only": "ethics/awareness",
  "generation": { "max_tokens": 1 }, "models": [
  { "name": "a", "backend": "llama:$model,parallel=1,context=512" },
  { "name": "b", "backend": "llama:$model,parallel=1,context=510" } ] }
JSON
for node in node1 node2; do
    on $node env TRUSTSWEEP_SCRATCH="$work/scratch/two" TRUSTSWEEP_THREADS=1 \
        "$trustsweep" run "$work/two.json" --ranks 3 --output "$work/$node" \
        >"$work/$node.err" 2>&1 &
done
wait
for node in node1 node2; do
    is_state "$work/$node" done || fail "$node: $(cat "$work/$node.err")"
    there=$(on $node ls "$work/scratch/two" | xargs)
    [ "$there" = "$sum.gguf $sum.gguf.lock" ] || fail "$node has: $there"
    on $node cmp "$model" "$work/scratch/two/$sum.gguf" ||
        fail "the copy of $node differs"
done
on node1 cmp "$model" "$work/scratch/lab/$sum.gguf" || fail "of the job"
[ -z "$(ls "$work/scratch")" ] || fail "a copy where no node has its disk"
echo "$(field "$dir" counts.units) items by a real model, the same digest"
