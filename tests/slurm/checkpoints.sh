# The checkpoints of a training as one job, where an array of jobs would be usual:
# none is there when it is submitted; once it has one it is warned while it waits for more, and requeued;
# a second one appears then.  Both end in one results file, whose digest is that
# of one machine.
. tests/slurm/lib.sh
start_lab LAB_NODES=2 LAB_GPUS=4

steps=$work/steps
mkdir "$steps"
job() { # job FILE KEYS
    cat >"$1" <<JSON
{ "name": "steps", "dataset": "sample", "limit": 2,
  "checkpoints": { "files": "$steps/step-*", $2 "settle_s": 1,
                   "backend": "sim:answer={},tokens_per_s=20000" } }
JSON
}
names() {
    "$trustsweep" analyze "$dir/results.h5" --json |
        python3 -c 'import json, sys
print(*(m["name"] for m in json.load(sys.stdin)["models"]))'
}
shows() { [ "$(names)" = "$1" ]; }
cat >"$work/site.json" <<JSON
{ "notice_s": 20, "memory_mb": 2000, "cpus_per_worker": 1, "environment": {
  "PMIX_MCA_gds": "hash", "OMPI_MCA_btl_vader_single_copy_mechanism": "none" } }
JSON
until=$(date -d '+3 minutes' +%H:%M)
job "$work/night.json" "\"until\": \"$until\","
dir=$work/run
# planned by what the job says of checkpoints to come; what nobody says is asked
try() { login "$trustsweep" submit "$1" --site "$2" --output "$work/none" \
    --dry-run >"$work/dry.sh" 2>"$work/dry.err"; }
try "$work/night.json" "$work/site.json" || fail "$(cat "$work/dry.err")"
grep -q "of one, whose speed the job does not say" "$work/dry.err" ||
    fail "unknown: $(cat "$work/dry.err")"
grep -q "^walltime 00:0[789]:00 (the job's until and deadline)" "$work/dry.err" ||
    fail "walltime: $(cat "$work/dry.err")"
job "$work/known.json" \
    "\"until\": \"$until\", \"load_s\": 30, \"tokens_per_s\": 0.5,"
try "$work/known.json" "$work/site.json" || fail "$(cat "$work/dry.err")"
grep -q "with the job's 0.5 tokens/s and 30 s to load" "$work/dry.err" ||
    fail "known: $(cat "$work/dry.err")"
grep -q "^walltime .* (the plan); forecast [1-9]" "$work/dry.err" ||
    fail "known: $(cat "$work/dry.err")"
sed 's/"memory_mb": 2000, //' "$work/site.json" >"$work/unsized.json"
try "$work/night.json" "$work/unsized.json" && fail "of a size nobody knows"
grep -q 'say "memory_mb"' "$work/dry.err" || fail "$(cat "$work/dry.err")"
job "$work/now.json" ""
try "$work/now.json" "$work/site.json" && fail "it would wait for nothing"
grep -q "no checkpoint is complete yet" "$work/dry.err" ||
    fail "$(cat "$work/dry.err")"

id=$(login "$trustsweep" submit "$work/night.json" --site "$work/site.json" \
    --output "$dir" --nodes 2 2>"$work/submit.err") ||
    fail "$(cat "$work/submit.err")"
wait_until 30 job_is "$id" RUNNING || fail "it does not begin"
sleep 2
echo one >"$steps/step-1.bin"
wait_until 60 shows step-1 || fail "no first round"
wait_until 20 is_state "$dir" waiting || fail "the first round"
login scancel --batch --signal=USR1 "$id"
wait_until 20 is_state "$dir" unfinished || fail "told: $(field "$dir" state)"
echo two >"$steps/step-2.bin"
wait_until 100 shows "step-1 step-2" || fail "second: $(names)"
# it ends at the minute that was meant when the first job began
wait_until 200 job_ends "$id"
job_is "$id" COMPLETED || fail "$(job_state "$id")"
is_state "$dir" done || fail "$(field "$dir" state)"
python3 - "$dir/batch.json" <<'PY' || fail "$(cat "$dir/batch.json")"
import json, sys
jobs = json.load(open(sys.argv[1]))["jobs"]
assert len({job["job_id"] for job in jobs}) == 1 and len(jobs) == 2, jobs
PY
job "$work/one.json" ""
"$trustsweep" run "$work/one.json" --ranks 3 --output "$work/one" \
    >"$work/one.err" 2>&1 || fail "on one machine: $?"
[ "$(digest "$dir")" = "$(digest "$work/one")" ] || fail "another digest"
echo "two checkpoints, one job, warned in between: the same digest"
