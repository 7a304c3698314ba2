# `watch` from the login node: a run in the queue, at work, and at its end; the
# file for Prometheus; batch jobs in the results.
. tests/slurm/lib.sh
. tests/cli/lib.sh
find_python h5py
start_lab LAB_NODES=1 LAB_GPUS=4

python3 - "$work" <<'PY'
import json, sys
json.dump({"name": "sweep", "dataset": "sample", "limit": 4, "models": [
    {"name": f"model-{i}", "backend": f"sim:seed={i},tokens_per_s=40,sleep=true"}
    for i in range(6)]}, open(sys.argv[1] + "/sweep.json", "w"))
json.dump({"notice_s": 30, "memory_mb": 2000, "cpus_per_worker": 1,
    "environment": {"OMPI_MCA_btl_vader_single_copy_mechanism": "none"}},
    open(sys.argv[1] + "/site.json", "w"))
PY
dir=$work/run
# What accounting a site has is not the lab's to say: a sacct that answers as one
# where nodes measure energy.
mkdir "$work/bin"
cat >"$work/bin/sacct" <<'SACCT'
#!/bin/sh
while [ "$1" != -j ]; do shift; done
echo "$2|COMPLETED|20|160||7200000|node1"
echo "$2.batch|COMPLETED|20|160|90000K|7000000|node1"
SACCT
chmod +x "$work/bin/sacct"
PATH=$work/bin:$PATH
watch() { login "$trustsweep" watch "$dir" "$@"; }
watch --once >"$work/none" 2>&1 && fail "no folder, and it shows something"
grep -q "there is no such folder" "$work/none" || fail "$(cat "$work/none")"

blocker=$(login sbatch --parsable --exclusive -o /dev/null --wrap 'sleep 600')
wait_until 20 job_is "$blocker" RUNNING || fail "the blocker does not run"
id=$(login "$trustsweep" submit "$work/sweep.json" --site "$work/site.json" \
    --output "$dir" 2>"$work/submit.err") || fail "$(cat "$work/submit.err")"
watch --once >"$work/queued" || fail "in the queue: $?"
grep -q "^job $id: in the queue" "$work/queued" || fail "$(cat "$work/queued")"
grep -q "it has not begun" "$work/queued" || fail "$(cat "$work/queued")"
login "$trustsweep" status "$dir" | grep -q "^job $id: in the queue" ||
    fail "status: $(login "$trustsweep" status "$dir" 2>&1)"
login scancel "$blocker"

begun() { watch --json --once | python3 -c 'import json, sys
sys.exit(json.load(sys.stdin)["run"]["counts"]["done"] == 0)'; }
# all models together are as fast as the run
has_rate() { login "$trustsweep" status --json "$dir" | python3 -c 'import json, sys
run = json.load(sys.stdin)
sum_now = sum(m["items_per_s_now"] or 0 for m in run["models"])
assert abs(sum_now - run["items_per_s_now"]) < 1e-6, run
sys.exit(not (run["items_per_s"] > 0 and run["items_per_s_now"] > 0 and
    any((m["items_per_s"] or 0) > 0 for m in run["models"])))' 2>/dev/null; }
wait_until 60 begun || fail "it does not begin"
wait_until 20 has_rate || fail "it does not say how fast it is"
watch --once >"$work/running" || fail "at work: $?"
cat "$work/running"
for says in "^sweep: running" "^job $id: RUNNING on node1, .* left" \
    "^GPU-hours: .* used by all its jobs, .* forecast for what the last submit" \
    "4 workers, 0 lost" \
    "^[0-9.]* items/s now, [0-9.]* items/s in the mean$" \
    "^items left .* ethics .* all  ranks  now/s mean/s$" \
    "^model-[0-9] .* [1-9][0-9]* *[0-9.]* *[0-9.]*$" "^rank 4 *node1 .* of model-"; do
    grep -q "$says" "$work/running" || fail "it does not say: $says"
done
watch --json --every 1 >"$work/lines" || fail "until the end: $?"
python3 - "$work/lines" "$id" <<'PY' || fail "its lines: $(tail -n 1 "$work/lines")"
import json, sys
views = [json.loads(line) for line in open(sys.argv[1])]
assert len(views) > 1, len(views)
done = [v["run"]["counts"]["done"] for v in views]
assert done == sorted(done) and done[-1] == views[-1]["run"]["counts"]["units"]
assert views[-1]["run"]["state"] == "done"
assert views[-1]["batch"]["jobs"][0]["job_id"] == sys.argv[2]
assert all(v["job"]["id"] == sys.argv[2] for v in views)
PY
watch --once | grep -q "^sweep: done" || fail "at the end"
login "$trustsweep" status "$dir" >"$work/ended"
grep -q "^accounts: 20.0 s, 2 min 40 s of cores, 2 kWh (1 job)" "$work/ended" ||
    fail "status: $(cat "$work/ended")"

python3 - "$dir/metrics.prom" <<'PY' || fail "$(cat "$dir/metrics.prom")"
import os, re, sys
line = re.compile(r'(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+\{job="sweep",run="[^"]+"\} [-+.0-9e]+)$')
lines = open(sys.argv[1]).read().splitlines()
assert all(line.match(one) for one in lines)
values = dict(one.split(" ") for one in lines if one[0] != "#")
label = '{job="sweep",run="%s"}' % os.path.dirname(sys.argv[1])
assert values["trustsweep_complete" + label] == "1"
assert values["trustsweep_done" + label] == values["trustsweep_units" + label]
assert float(values["trustsweep_gpu_seconds" + label]) > 0
assert values["trustsweep_energy_joules" + label] == "7200000"
PY
"$python" -c 'import h5py, json, sys
text = h5py.File(sys.argv[1])["provenance/batch"][()]
jobs = json.loads(text)["jobs"]
assert jobs[0]["job_id"] == sys.argv[2] and jobs[0]["nodes"] == "node1", jobs' \
    "$dir/results.h5" "$id" || fail "no batch job in the results"
