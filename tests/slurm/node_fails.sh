# A node of a submitted job dies in the middle: Slurm puts the job into the queue
# again, on other nodes, and the run goes on to the same digest.
. tests/slurm/lib.sh
start_lab LAB_NODES=3 LAB_GPUS=4 LAB_LOST=5

python3 - "$work" <<'PY'
import json, sys
for name, rest in ("slow", ",tokens_per_s=60,sleep=true"), ("fast", ""):
    json.dump({"name": "sweep", "dataset": "sample", "limit": 4, "models": [
        {"name": f"model-{i}", "backend": f"sim:seed={i}{rest}"}
        for i in range(16)]}, open(f"{sys.argv[1]}/{name}.json", "w"))
json.dump({"notice_s": 30, "memory_mb": 2000, "cpus_per_worker": 1,
    "environment": {"PMIX_MCA_gds": "hash",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}},
    open(sys.argv[1] + "/site.json", "w"))
PY
"$trustsweep" run "$work/fast.json" --ranks 3 --output "$work/one" \
    >"$work/one.err" 2>&1 || fail "on one machine: $?"
want=$(digest "$work/one")

# The last node of the job; with TRUSTSWEEP_FIRST=1 that of rank 0, whose mark is
# believed for three minutes.
victim=node2
[ "${TRUSTSWEEP_FIRST:-0}" = 1 ] && victim=node1
dir=$work/run
id=$(login "$trustsweep" submit "$work/slow.json" --site "$work/site.json" \
    --output "$dir" --nodes 2 2>"$work/submit.err") ||
    fail "$(cat "$work/submit.err")"
wait_until 60 is_state "$dir" running || fail "it does not begin"
sleep 2
pull $victim
died=$(now_ms)
# nobody is asked to do what Slurm does
waits() { login "$trustsweep" watch "$dir" --once >"$work/waits" &&
    grep -q "^job $id: in the queue .*, and goes on from what is on disk$" \
        "$work/waits"; }
wait_until 60 waits || fail "in the queue again: $(cat "$work/waits")"
wait_until 200 is_state "$dir" done || fail "it ends as $(field "$dir" state)"
took=$(($(now_ms) - died))
wait_until 20 job_ends "$id"
job_is "$id" COMPLETED || fail "$(job_state "$id")"
[ "$(digest "$dir")" = "$want" ] || fail "another digest"
[ "$(field "$dir" counts.from_earlier_runs)" -gt 0 ] || fail "it kept nothing"
python3 - "$dir/batch.json" "$victim" <<'PY' || fail "$(cat "$dir/batch.json")"
import json, sys
jobs = json.load(open(sys.argv[1]))["jobs"]
assert len(jobs) == 2 and jobs[0]["job_id"] == jobs[1]["job_id"]
assert jobs[1]["requeues"] == "1" and sys.argv[2] not in jobs[1]["nodes"]
PY
echo "$victim died: requeued, complete after $took ms," \
    "$(field "$dir" counts.from_earlier_runs) units kept"
