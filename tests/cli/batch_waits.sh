#!/bin/bash
# What `status`, `watch` and `explain` say of a job that waits in the queue, and
# of one that died before it wrote run.json; with a stand-in for squeue.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
mkdir -p "$dir/bin" "$dir/run"
cat >"$dir/bin/squeue" <<'STUB'
#!/bin/sh
cat "$0.says"
STUB
chmod +x "$dir/bin/squeue"
export PATH=$dir/bin:$PATH
echo "{\"job_id\": \"17\", \"output\": \"$dir/run\"}" >"$dir/run/submit.json"
says() { # says COMMAND TEXT
    "$TRUSTSWEEP" "${@:3}" "$1" "$dir/run" >"$dir/out" 2>&1 ||
        fail "$1: exit $?: $(cat "$dir/out")"
    grep -qF "$2" "$dir/out" || fail "$1: no '$2': $(cat "$dir/out")"
}
echo 'PENDING|Priority|2026-12-01T10:00:00|1:00:00|' >"$dir/bin/squeue.says"
for command in status explain; do
    says $command "job 17: in the queue (Priority), starts 2026-12-01T10:00:00"
    says $command "it has not begun"
    grep -q 'what it said' "$dir/out" && fail "$command: a log of the future"
done
"$TRUSTSWEEP" explain "$dir/run" --json | grep -q '"PENDING"' || fail "as JSON"
if grep -q scancel "$dir/out"; then fail "a way out of a queue"; fi
# as many nodes as there were, and one is gone
echo 'PENDING|Nodes required for job are DOWN, DRAINED or reserved|N/A|1:00:00|' \
    >"$dir/bin/squeue.says"
for command in status explain; do
    says $command "scancel 17, then submit with fewer --nodes"
done
"$TRUSTSWEEP" watch "$dir/run" --once | grep -q "^where those nodes do not" ||
    fail "watch says no way out"
: >"$dir/bin/squeue.says"
for command in status watch explain; do
    says $command "what it said: $dir/run/log/batch-17.log"
    grep -q 'ended:' "$dir/out" && fail "$command: an end that nobody noted"
done
end="the run failed, and would fail again"
cat >"$dir/run/batch.json" <<JSON
{"jobs": [{"job_id": "17", "end": "$end"}]}
JSON
for command in status watch explain; do
    says $command "job 17 ended: $end"
done
# a later job has not said how it ended
sed -i 's/17/18/' "$dir/run/submit.json"
says status "batch-18.log"
grep -q 'ended:' "$dir/out" && fail "the end of another job"
rm "$dir/run/submit.json"
"$TRUSTSWEEP" explain "$dir/run" >"$dir/out" 2>&1 && fail "no run"
echo "all say how it stands"
