# The end of a walltime, twice over: the run is warned, ends as unfinished, the
# job is requeued and goes on until the sweep is complete.  The same as a chain of
# jobs.  scancel leaves what goes on with another number of nodes.  A budget ends
# it for good.
. tests/slurm/lib.sh
start_lab LAB_NODES=2 LAB_GPUS=4
submit() { login "$trustsweep" submit "$@"; }

python3 - "$work" <<'PY'
import json, sys
models = [{"name": f"model-{i}", "backend": f"sim:seed={i},tokens_per_s=30,"
           "sleep=true"} for i in range(16)]
json.dump({"name": "sweep", "dataset": "sample", "limit": 4, "models": models},
          open(sys.argv[1] + "/sweep.json", "w"))
for again in "requeue", "chain", "never":
    json.dump({"notice_s": 45, "memory_mb": 2000, "cpus_per_worker": 1,
               "time": "00:01:00", "again": again, "environment": {
               "PMIX_MCA_gds": "hash",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}},
              open(f"{sys.argv[1]}/{again}.json", "w"))
PY
# the same job, but as fast as it gets: replies do not depend on speed
sed 's/,sleep=true//' "$work/sweep.json" | sed 's/,tokens_per_s=30//' \
    >"$work/fast.json"
"$trustsweep" run "$work/fast.json" --ranks 3 --output "$work/one" \
    >"$work/one.err" 2>&1 || fail "on one machine: $?"
want=$(digest "$work/one")

jobs() { # jobs DIR EXPRESSION over the list of batch jobs
    python3 -c 'import json, sys
jobs = json.load(open(sys.argv[1] + "/batch.json"))["jobs"]
print(eval(sys.argv[2]))' "$1" "$2"
}
complete() {
    is_state "$dir" done || fail "$name: $(field "$dir" state)"
    [ "$(digest "$dir")" = "$want" ] || fail "$name: another digest"
    "$trustsweep" check "$dir" >"$work/check" || fail "$name: $(cat "$work/check")"
    [ "$(jobs "$dir" 'all(a["done_after"] == b["done_before"]
        for a, b in zip(jobs, jobs[1:]))')" = True ] || fail "$name: lost work"
    echo "$name: complete after $(jobs "$dir" 'len(jobs)') jobs," \
        "$(jobs "$dir" '[j["done_after"] for j in jobs]') units"
}

# Slurm warns as it is near a minute's end; two jobs at the least.
name=requeue
dir=$work/$name
id=$(submit "$work/sweep.json" --site "$work/requeue.json" --output "$dir" \
    --nodes 1 2>"$dir.err") || fail "$(cat "$dir.err")"
wait_until 240 is_state "$dir" done || fail "$name: $(field "$dir" state)"
wait_until 20 job_ends "$id"
job_is "$id" COMPLETED || fail "$name: $(job_state "$id")"
[ "$(jobs "$dir" 'len(jobs) > 1 and len({j["job_id"] for j in jobs})')" = 1 ] ||
    fail "$name: no requeue: $(cat "$dir/batch.json")"
complete

# From here the warning comes when we say so.
warned() { # warned ID DIR: in the middle
    wait_until 30 is_state "$2" running || fail "$name: does not begin"
    sleep 2
    login scancel --batch --signal=USR1 "$1"
}
longer=(--time 5)
name=chain
dir=$work/$name
id=$(submit "$work/sweep.json" --site "$work/chain.json" --output "$dir" \
    --nodes 2 "${longer[@]}" --set max_attempts=2 2>"$dir.err") ||
    fail "$(cat "$dir.err")"
# 45 s of notice are work for a while: three seconds of it are enough here
sed -i 's/--notice 45/--notice 3/g' "$dir/batch.sh"
login scancel "$id"
wait_until 20 job_ends "$id"
id=$(login sbatch --parsable "$dir/batch.sh")
warned "$id" "$dir"
wait_until 120 is_state "$dir" done || fail "$name: $(field "$dir" state)"
wait_until 20 eval '[ -z "$(login squeue -h)" ]'
[ "$(jobs "$dir" 'len({j["job_id"] for j in jobs})')" -ge 2 ] ||
    fail "$name: no other job: $(cat "$dir/batch.json")"
complete

# scancel in the middle, then another number of nodes.
name=scancel
dir=$work/$name
id=$(submit "$work/sweep.json" --site "$work/requeue.json" --output "$dir" \
    --nodes 2 "${longer[@]}" 2>"$dir.err") || fail "$(cat "$dir.err")"
wait_until 30 is_state "$dir" running || fail "$name: does not begin"
sleep 2
login scancel "$id"
wait_until 30 job_ends "$id"
job_is "$id" CANCELLED || fail "$name: $(job_state "$id")"
sleep 1
[ -z "$(login squeue -h)" ] || fail "$name: it was put into the queue again"
is_state "$dir" done && fail "$name: it was too late"
submit "$work/sweep.json" --site "$work/requeue.json" --output "$dir" \
    --nodes 1 "${longer[@]}" >"$dir.id" 2>"$dir.err" || fail "$(cat "$dir.err")"
wait_until 120 is_state "$dir" done || fail "$name: $(field "$dir" state)"
wait_until 20 job_ends "$(cat "$dir.id")"
[ "$(field "$dir" counts.from_earlier_runs)" -gt 0 ] || fail "$name: kept 0"
complete

# Eight GPUs for four seconds, and what it takes to end.
name=budget
dir=$work/$name
sed -i 's/"notice_s": 45/"notice_s": 20/' "$work/requeue.json"
id=$(submit "$work/sweep.json" --site "$work/requeue.json" --output "$dir" \
    --nodes 2 "${longer[@]}" --budget 0.05 2>"$dir.err") ||
    fail "$(cat "$dir.err")"
wait_until 90 job_ends "$id"
is_state "$dir" unfinished || fail "$name: $(field "$dir" state)"
[ "$(jobs "$dir" 'len(jobs) == 1 and "budget" in jobs[0]["end"]')" = True ] ||
    fail "$name: $(cat "$dir/batch.json")"
python3 -c 'import json, sys
sys.exit(json.load(open(sys.argv[1] + "/batch.json"))["used_gpu_hours"] > 0.05)' \
    "$dir" || fail "$name: $(cat "$dir/batch.json")"
echo "$name: ended after $(jobs "$dir" 'jobs[0]["seconds"]') s"
