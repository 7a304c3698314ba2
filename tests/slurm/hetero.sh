# A job of two components: rank 0 on a node that has no GPU for it, workers on two
# nodes with four each.  The digest is that of one machine; a warning in the
# middle is followed by another job; what cannot start both is refused.
. tests/slurm/lib.sh
start_lab LAB_NODES=3 LAB_GPUS=4

python3 - "$work" <<'PY'
import json, sys
for name, rest in ("slow", ",tokens_per_s=30,sleep=true"), ("fast", ""):
    json.dump({"name": "sweep", "dataset": "sample", "limit": 2, "models": [
        {"name": f"model-{i}", "backend": f"sim:seed={i}{rest}"}
        for i in range(16)]}, open(f"{sys.argv[1]}/{name}.json", "w"))
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
        --output "$dir" --time 10 "$@" 2>"$work/submit.err"
}
submit --launch mpirun && fail "mpirun cannot start both components"
grep -q "only srun" "$work/submit.err" || fail "$(cat "$work/submit.err")"
id=$(submit) || fail "$(cat "$work/submit.err")"
wait_until 60 is_state "$dir" running || fail "it does not begin"
at=$(field "$dir" host)
sleep 3
[ "$(field "$dir" ranks)" = 9 ] || fail "not 9 ranks"
python3 - "$dir/run.json" "$at" <<'PY' || fail "workers are on the wrong nodes"
import json, sys
hosts = [w["host"] for w in json.load(open(sys.argv[1]))["workers"]]
assert len(hosts) == 8 and len(set(hosts)) == 2, hosts
assert sys.argv[2] not in hosts, hosts
PY
login scancel --batch --signal=USR1 "$id"
wait_until 200 is_state "$dir" done || fail "$(cat "$dir/run.json")"
[ "$(digest "$dir")" = "$(digest "$work/one")" ] || fail "another digest"
python3 - "$dir/batch.json" <<'PY' || fail "$(cat "$dir/batch.json")"
import json, sys
jobs = json.load(open(sys.argv[1]))["jobs"]
assert all(job["gpus"] == 8 for job in jobs)
assert len(jobs) == 2 and "another" in jobs[0]["end"]
PY
echo "rank 0 on $at, 8 workers elsewhere: complete after two jobs"
