# A job of two components: rank 0 on a node that has no GPU for it, and beside it
# two workers of roles that need none; workers on two nodes with four GPUs each.
# The digest is that of one machine; a warning in the
# middle is followed by another job; what cannot start both is refused.
. tests/slurm/lib.sh
start_lab LAB_NODES=3 LAB_GPUS=4

python3 - "$work" <<'PY'
import json, sys
for name, rest in ("slow", ",tokens_per_s=30,sleep=true"), ("fast", ""):
    json.dump({"name": "sweep", "dataset": "sample", "limit": 2, "models": [
        {"name": f"model-{i}", "backend": f"sim:seed={i}{rest}"}
        for i in range(16)], "roles": {
        "judge": {"backend": f"sim:seed=20{rest}", "gpus": 0},
        "embedder": {"backend": f"sim:seed=21{rest}", "gpus": 0}}},
        open(f"{sys.argv[1]}/{name}.json", "w"))
json.dump({"notice_s": 20, "memory_mb": 2000, "cpus_per_worker": 1, "nodes": 2,
    "coordinator": ["--cpus-per-task=2"],
    "environment": {"PMIX_MCA_gds": "hash",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}},
    open(sys.argv[1] + "/site.json", "w"))
PY
"$trustsweep" run "$work/fast.json" --ranks 3 --output "$work/one" \
    >"$work/one.err" 2>&1 || fail "on one machine: $?"
dir=$work/run
submit() {
    login "$trustsweep" submit "$work/slow.json" --site "$work/site.json" \
        --output "$dir" --time 10 --nodes 2 "$@" 2>"$work/submit.err"
}
submit --launch mpirun && fail "mpirun cannot start both components"
grep -q "only srun" "$work/submit.err" || fail "$(cat "$work/submit.err")"
id=$(MY_SECRET=hush-hush submit) || fail "$(cat "$work/submit.err")"
# what Slurm keeps of a job, of either component
ls "$lab"/state/hash.*/job.*/environment >/dev/null || fail "what Slurm keeps"
grep -rq hush-hush "$lab/state" && fail "a variable that nobody named is kept"
wait_until 60 is_state "$dir" running || fail "it does not begin"
at=$(field "$dir" host)
sleep 3
[ "$(field "$dir" ranks)" = 11 ] || fail "$(field "$dir" ranks) ranks, not 11"
python3 - "$dir/run.json" "$at" <<'PY' || fail "workers are on the wrong nodes"
import json, sys
hosts = [w["host"] for w in json.load(open(sys.argv[1]))["workers"]]
assert len(hosts) == 10 and hosts[:2] == 2 * [sys.argv[2]], hosts
assert len(set(hosts[2:])) == 2 and sys.argv[2] not in hosts[2:], hosts
PY
login "$trustsweep" status "$dir" | grep -q "RUNNING on [^,]*,.*left" ||
    fail "not all nodes: $(login "$trustsweep" status "$dir")"
login scancel --batch --signal=USR1 "$id"
wait_until 200 is_state "$dir" done || fail "$(cat "$dir/run.json")"
[ "$(digest "$dir")" = "$(digest "$work/one")" ] || fail "another digest"
python3 - "$dir/batch.json" <<'PY' || fail "$(cat "$dir/batch.json")"
import json, sys
jobs = json.load(open(sys.argv[1]))["jobs"]
assert all(job["gpus"] == 8 and "," in job["nodes"] for job in jobs)
assert len(jobs) == 2 and "another" in jobs[0]["end"]
PY
# the two cores that were asked for are for both
[ "$(sed -n 's/.*slot: threads=//p' "$dir"/log/rank[12].log | sort -u)" = 1 ] ||
    fail "threads: $(cat "$dir"/log/rank[12].log)"
# roles were loaded there, models elsewhere
loaded() { cat "$dir"/log/rank$1.log | sed -n 's/.*loading: model=\([^ ]*\) .*/\1/p' |
    sort -u; }
loaded '[12]' | grep -qx judge || fail "the judge is not beside rank 0"
loaded '[12]' | grep -q model- && fail "a model is beside rank 0"
loaded '[3-9]' | grep -q "judge\|embedder" && fail "a role is on a GPU"
loaded 10 | grep -q "judge\|embedder" && fail "a role is on a GPU"
echo "rank 0 and two workers of roles on $at, 8 workers elsewhere: complete after two jobs"
