# The end of a walltime: the run is warned, ends as unfinished, the job is
# requeued and goes on until the sweep is complete.  Beside it, on other nodes,
# the same as a chain of jobs; scancel leaves what goes on with another number of
# nodes; a budget ends it for good, over all its jobs; a walltime that ends before
# the run has begun is no reason to give up.
. tests/slurm/lib.sh
start_lab LAB_NODES=3 LAB_GPUS=4
submit() { login "$trustsweep" submit "$@"; }

# Replies do not depend on speed: the same job as fast as it gets, for the digest.
python3 - "$work" <<'PY'
import json, sys
for name, speed in ("fast", ""), ("swift", "40"), ("slow", "15"), ("crawl", "5"):
    rest = f",tokens_per_s={speed},sleep=true" if speed else ""
    json.dump({"name": "sweep", "dataset": "sample", "limit": 2, "models": [
        {"name": f"model-{i}", "backend": f"sim:seed={i}{rest}"}
        for i in range(16)]}, open(f"{sys.argv[1]}/{name}.json", "w"))
for site, again, notice in (("requeue", "requeue", 45), ("chain", "chain", 45),
                            ("budget", "requeue", 30)):
    json.dump({"notice_s": notice, "memory_mb": 2000, "cpus_per_worker": 1,
               "time": "00:01:00", "again": again, "environment": {
               "PMIX_MCA_gds": "hash",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}},
              open(f"{sys.argv[1]}/{site}.site", "w"))
PY
"$trustsweep" run "$work/fast.json" --ranks 3 --output "$work/one" \
    >"$work/one.err" 2>&1 || fail "on one machine: $?"
want=$(digest "$work/one")

jobs() { # jobs EXPRESSION over the list of batch jobs of $dir
    python3 -c 'import json, sys
ledger = json.load(open(sys.argv[1] + "/batch.json"))
jobs = ledger["jobs"]
print(eval(sys.argv[2]))' "$dir" "$1"
}
is() { # is EXPRESSION
    [ "$(jobs "$1")" = True ]
}
complete() {
    is_state "$dir" done || fail "$name: $(field "$dir" state)"
    [ "$(digest "$dir")" = "$want" ] || fail "$name: another digest"
    "$trustsweep" check "$dir" >"$dir.check" || fail "$name: $(cat "$dir.check")"
    is 'all(a["done_after"] == b["done_before"] \
for a, b in zip(jobs, jobs[1:]))' || fail "$name: lost work"
    echo "$name: complete after" \
        "$(jobs 'len(jobs), "jobs,", [j["done_after"] for j in jobs]') units"
}
begin() { # begin NAME SPEED SITE OPTIONS...: sets name, dir, id
    name=$1 dir=$work/$1
    id=$(submit "$work/$2.json" --site "$work/$3.site" --output "$dir" \
        "${@:4}" 2>"$dir.err") || fail "$(cat "$dir.err")"
}
works() {
    wait_until 60 is_state "$dir" running || fail "$name: does not begin"
    sleep 2
}
# Slurm counts in minutes and looks twice a minute; here the warning comes when we
# say so, and a few seconds of notice are enough.
warn() { # warn SECONDS
    login scancel "$id"
    wait_until 20 job_ends "$id"
    sed -i "s/--notice [0-9]*/--notice $1/g" "$dir/batch.sh"
    id=$(login sbatch --parsable "$dir/batch.sh")
    works
    login scancel --batch --signal=USR1 "$id"
}

requeue() { # Slurm's own warning, at a walltime's end: two jobs at the least
    begin requeue slow requeue --nodes 1
    wait_until 240 job_ends "$id"
    is_state "$dir" done || fail "$name: $(field "$dir" state)"
    job_is "$id" COMPLETED || fail "$name: $(job_state "$id")"
    is 'len(jobs) > 1 and len({j["job_id"] for j in jobs}) == 1' ||
        fail "$name: no requeue: $(cat "$dir/batch.json")"
    complete
}
chain() {
    begin chain swift chain --nodes 2 --time 5 --set max_attempts=2
    warn 3
    wait_until 120 is_state "$dir" done || fail "$name: $(field "$dir" state)"
    wait_until 20 is '"end" in jobs[-1]'
    is 'len({j["job_id"] for j in jobs}) > 1' ||
        fail "$name: no other job: $(cat "$dir/batch.json")"
    is 'all(a["next_job_id"] == b["job_id"] for a, b in zip(jobs, jobs[1:]))' ||
        fail "$name: it does not say which: $(cat "$dir/batch.json")"
    complete
}
cancel() { # in the middle, then another number of nodes
    begin scancel swift requeue --nodes 1 --time 5
    works
    login scancel "$id"
    wait_until 30 job_ends "$id"
    sleep 1
    job_is "$id" CANCELLED || fail "$name: $(job_state "$id")"
    is_state "$dir" done && fail "$name: it was too late"
    begin scancel swift requeue --nodes 2 --time 5
    wait_until 120 is_state "$dir" done || fail "$name: $(field "$dir" state)"
    wait_until 20 job_ends "$id"
    [ "$(field "$dir" counts.from_earlier_runs)" -gt 0 ] || fail "$name: kept 0"
    complete
}
budget() { # warned and requeued, and stopped when both jobs have spent it
    begin budget crawl budget --nodes 2 --time 5 --budget 0.09
    warn 12
    wait_until 120 is '"budget" in jobs[-1].get("end", "")' ||
        fail "$name: $(cat "$dir/batch.json")"
    wait_until 20 job_ends "$id"
    is_state "$dir" unfinished || fail "$name: $(field "$dir" state)"
    is 'len(jobs) > 1 and "another" in jobs[-2]["end"] \
and ledger["used_gpu_hours"] <= 0.09' ||
        fail "$name: $(cat "$dir/batch.json")"
    echo "$name: ended after $(jobs '[j["seconds"] for j in jobs]') s"
}

late() { # the walltime ends while the ranks are still being started
    cat >"$work/mpirun" <<'HANGS'
#!/bin/sh
[ "$1" = --version ] || [ -e "$0.hung" ] || { touch "$0.hung"; exec sleep 600; }
exec mpirun "$@"
HANGS
    chmod +x "$work/mpirun"
    sed 's/"notice_s": 45/"notice_s": 20/' "$work/requeue.site" >"$work/late.site"
    begin late swift late --nodes 2 --time 5 --launch "$work/mpirun"
    wait_until 30 test -e "$work/mpirun.hung" || fail "$name: nothing starts"
    [ ! -e "$dir/run.json" ] || fail "$name: there is a run.json"
    login scancel --batch --signal=USR1 "$id"
    wait_until 120 is_state "$dir" done || fail "$name: $(field "$dir" state)"
    wait_until 20 job_ends "$id"
    is 'len(jobs) == 2 and "another" in jobs[0]["end"]' ||
        fail "$name: $(cat "$dir/batch.json")"
    complete
}

requeue >"$work/requeue.out" &
beside=$!
chain
cancel
budget
late
wait $beside
status=$?
cat "$work/requeue.out"
[ $status = 0 ] || fail "requeue"
